using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>Nothing that one caller may send keeps the server from everybody else: the largest legal body of each endpoint, and <c>/healthz</c> beside it.</summary>
public sealed class StallTests
{
    private const int MaxBodyBytes = 16 << 20;

    // A stall of a request's making comes each time; one of a machine that does something else does not (2.3 s were seen under load).
    private const int Attempts = 4;

    // What went wrong here took from 1.3 s (archives) to minutes (a list searched for each of its members), and grows with the body.
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Health_BesideTheLargestBodies_Answers()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "2");
        await server.DeployedAsync("ok", "wasm", Sources.Ok);
        var big = new byte[MaxBodyBytes];
        Array.Fill(big, (byte)'\x1'); // the costliest in JSON: six bytes for one
        await server.DeployedAsync("page", "html", Encoding.ASCII.GetString(big));
        var parameters = string.Concat(Enumerable.Range(0, 1100).Select(_ => "&env=A=b"))[..7900].TrimEnd('&', 'e', 'n', 'v', '=', 'A', 'b');
        var stalls = new List<(string Name, TimeSpan Stall)>();

        await BesideAsync("nothing", () => Task.Delay(200, TestContext.Current.CancellationToken));
        await BesideAsync("traffic", () => server.SendAsync(HttpMethod.Post, "/function/ok/traffic", Keys(64 * 1024)));
        await BesideAsync("traffic, nested", () => server.SendAsync(HttpMethod.Post, "/function/ok/traffic", Fill("[", 64 * 1024)));
        var bombs = Bomb();
        await BesideAsync("zips", () => Task.WhenAll(Enumerable.Range(0, 6).Select(i => DeployAsync($"zip{i}", "python", "application/zip", bombs))));
        await BesideAsync("zip of names", () => DeployAsync("names", "python", "application/zip", Directory(MaxBodyBytes)));
        await BesideAsync("tar of headers", () => DeployAsync("headers", "python", "application/x-tar", big));
        foreach (var language in new[] { "python", "js", "php", "wasm" })
        {
            await BesideAsync($"{language} source", () => DeployAsync("large", language, "text/plain", Fill("/*'\"{", MaxBodyBytes)));
        }

        await BesideAsync("deploy parameters", () => server.DeployAsync("many", "html", "x", "&env=A=b" + parameters));
        await BesideAsync("arguments", () => server.InvokeAsync("ok", "", string.Concat(Enumerable.Repeat("&arg=", 1500))));
        await BesideAsync("input", () => server.InvokeAsync("ok", big));
        await BesideAsync("asynchronous input", () => server.InvokeAsync("ok", big, "&async=1"));
        await BesideAsync("trigger", () => server.SendAsync(HttpMethod.Post, "/fn/ok/" + new string('%', 1) + "41/" + new string('/', 7000), big, ("Cookie", new string(';', 16000))));
        await BesideAsync("secret", () => server.SendAsync(HttpMethod.Put, "/secret/S", new byte[64 * 1024]));
        await BesideAsync("labels", () => server.GetAsync("/functions?" + string.Join('&', Enumerable.Repeat("label=a", 900))));
        await BesideAsync("page read", () => server.GetAsync("/function/page"));
        await BesideAsync("page triggered", () => server.GetAsync("/fn/page/"));
        await BesideAsync("page invoked", () => server.InvokeAsync("page"));

        var report = string.Join('\n', stalls.Select(stall => $"{stall.Stall.TotalMilliseconds,8:0} ms  {stall.Name}"));
        TestContext.Current.TestOutputHelper?.WriteLine(report);
        Assert.True(stalls.TrueForAll(stall => stall.Stall < s_longest), report);

        Task<Answer> DeployAsync(string name, string language, string type, byte[] body) =>
            server.SendAsync(HttpMethod.Post, $"/deploy?name={name}&lang={language}", body, ("Content-Type", type));

        async Task BesideAsync(string name, Func<Task> load)
        {
            var longest = TimeSpan.MaxValue;
            for (var attempt = 0; attempt < Attempts && longest >= s_longest; attempt++)
            {
                var worst = TimeSpan.Zero;
                var work = load();
                do
                {
                    var started = Stopwatch.GetTimestamp();
                    (await server.GetAsync("/healthz")).ShouldSucceed();
                    worst = TimeSpan.FromTicks(Math.Max(worst.Ticks, Stopwatch.GetElapsedTime(started).Ticks));
                }
                while (!work.IsCompleted);

                await work;
                longest = worst < longest ? worst : longest;
            }

            stalls.Add((name, longest));
        }
    }

    private static byte[] Fill(string text, int bytes) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, bytes / text.Length)));

    private static byte[] Keys(int bytes)
    {
        var json = new StringBuilder("{");
        for (var i = 0; json.Length < bytes - 20; i++)
        {
            json.Append(i == 0 ? "" : ",").Append(System.Globalization.CultureInfo.InvariantCulture, $"\"{i:x}\":1");
        }

        return Encoding.ASCII.GetBytes(json.Append('}').ToString());
    }

    // Half a megabyte that unpacks to what an archive may hold, with names as deep as they may be.
    private static byte[] Bomb()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < 990; i++)
            {
                using var entry = zip.CreateEntry($"{string.Concat(Enumerable.Repeat("d/", 100))}f{i}").Open();
                entry.Write(new byte[64_000]);
            }
        }

        return stream.ToArray();
    }

    // A central directory that names as many files as fit, none of them there.
    private static byte[] Directory(int bytes)
    {
        const int HeaderBytes = 46;
        const int EndBytes = 22;
        var count = (bytes - EndBytes) / (HeaderBytes + 4);
        var zip = new byte[(count * (HeaderBytes + 4)) + EndBytes];
        for (var i = 0; i < count; i++)
        {
            var header = zip.AsSpan(i * (HeaderBytes + 4));
            BinaryPrimitives.WriteUInt32LittleEndian(header, 0x02014B50);
            BinaryPrimitives.WriteUInt16LittleEndian(header[28..], 4);
            BinaryPrimitives.WriteInt32LittleEndian(header[HeaderBytes..], 0x30303030 + (i & 0x07070707));
        }

        var end = zip.AsSpan(zip.Length - EndBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054B50);
        BinaryPrimitives.WriteUInt16LittleEndian(end[8..], (ushort)count);
        BinaryPrimitives.WriteUInt16LittleEndian(end[10..], (ushort)count);
        BinaryPrimitives.WriteUInt32LittleEndian(end[12..], (uint)(zip.Length - EndBytes));
        return zip;
    }
}
