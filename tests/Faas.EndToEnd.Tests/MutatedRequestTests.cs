using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>Requests damaged in all ways: each has an answer that blames the request, or none; the server never blames itself.</summary>
public sealed partial class MutatedRequestTests
{
    private const int Requests = 10_000;
    private const int Seed = 20264;
    private const int AtOnce = 8;

    // Long for an answer and short for a test: some in a hundred requests are cut so that nothing answers them.
    private static readonly TimeSpan s_silence = TimeSpan.FromMilliseconds(250);

    private static readonly string[] s_pieces =
    [
        "\0", "\r\n", "\r", "\n", "\r\n\r\n", "%00", "%", "%zz", "%ff", "-1", "0", "99999999999999999999", "ffffffffffffffff", ":", ": ", ";", "=", "&", "?",
        "/", "//", "/../", "chunked", "Transfer-Encoding: chunked\r\n", "Content-Length: 5\r\n", "Host: x\r\n", "Expect: 100-continue\r\n", "\t", " ", "\"", "{", "[",
        "\u00e9", "\u00ff", "HTTP/1.0", "HTTP/2.0", "HEAD", "OPTIONS *", "traceparent: 00-\r\n", "name=", "fn=", "77777777777",
    ];

    [Fact]
    public async Task Requests_DamagedAtRandom_CauseNoFailureOfTheServer()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "1");
        await server.DeployedAsync("ok", "wasm", Sources.Ok);
        var seeds = SeedsOf(server);
        var bad = new List<string>();
        var statuses = new SortedDictionary<string, int>(StringComparer.Ordinal);
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async part =>
        {
            var random = new Random(Seed + part);
            for (var i = part; i < Requests; i += AtOnce)
            {
                var request = Damage(seeds[i % seeds.Count], random);
                var answers = await AnswersAsync(server, request);
                lock (bad)
                {
                    foreach (Match answer in StatusLine().Matches(answers))
                    {
                        var status = answer.Groups[1].Value;
                        statuses[status] = statuses.GetValueOrDefault(status) + 1;
                        if (status == "500")
                        {
                            bad.Add($"{Encoding.Latin1.GetString(request)}\n→ {answers}");
                        }
                    }
                }
            }
        }));

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", statuses.Select(status => $"{status.Key}: {status.Value}")));
        Assert.True(bad.Count == 0, $"{bad.Count} answers of 500 (seed {Seed}):\n{bad.FirstOrDefault()}\n{server.Errors}");
        Assert.Equal([], server.Errors.Split('\n').Where(line => line.Contains(" fail: ", StringComparison.Ordinal) || line.Contains(" crit: ", StringComparison.Ordinal)));
        Assert.True(statuses.GetValueOrDefault("200") > 0 && statuses.GetValueOrDefault("400") > 0, "the requests were all alike");
        (await server.GetAsync("/healthz")).ShouldSucceed();
        await server.DeployedAsync("after", "wasm", Sources.Ok);
        (await server.InvokeAsync("after")).ShouldSucceed();
    }

    private static async Task<string> AnswersAsync(MiniFaasServer server, byte[] request)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var limit = new CancellationTokenSource(Patience.Limit);
        var answers = new StringBuilder();
        try
        {
            await socket.ConnectAsync(server.Address.Host, server.Address.Port, limit.Token);
            await socket.SendAsync(request, limit.Token);
            var buffer = new byte[16 * 1024];
            for (var isShut = false; ;)
            {
                var receiving = socket.ReceiveAsync(buffer, limit.Token).AsTask();
                if (!isShut && await Task.WhenAny(receiving, Task.Delay(s_silence, limit.Token)) != receiving)
                {
                    // It waits for the rest, or for another request: neither comes.
                    socket.Shutdown(SocketShutdown.Send);
                    isShut = true;
                }

                if (await receiving is not (> 0 and var count))
                {
                    break;
                }

                answers.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (SocketException)
        {
            // Cut off in the middle: what it deserves at times.
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"no end of the answer to\n{Encoding.Latin1.GetString(request)}\n→ {answers}");
        }

        return answers.ToString();
    }

    private static byte[] Damage((string Head, byte[] Body) seed, Random random)
    {
        var body = random.Next(2) == 0 ? seed.Body : Change(seed.Body, random);
        var head = seed.Head.Replace("$LENGTH", body.Length.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return [.. random.Next(3) == 0 && body != seed.Body ? Encoding.Latin1.GetBytes(head) : Change(Encoding.Latin1.GetBytes(head), random), .. body];
    }

    private static byte[] Change(byte[] bytes, Random random)
    {
        var list = bytes.ToList();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(list.Count + 1);
            var length = Math.Min(random.Next(1, 12), list.Count - at);
            switch (random.Next(5))
            {
                case 0:
                    list.InsertRange(at, Encoding.Latin1.GetBytes(s_pieces[random.Next(s_pieces.Length)]));
                    break;
                case 1 when at < list.Count:
                    list[at] = (byte)random.Next(256);
                    break;
                case 2:
                    list.RemoveRange(at, length);
                    break;
                case 3:
                    list.InsertRange(at, list.GetRange(at, length));
                    break;
                case 4:
                    list.RemoveRange(at, length);
                    list.InsertRange(at, Encoding.Latin1.GetBytes(s_pieces[random.Next(s_pieces.Length)]));
                    break;
            }
        }

        return [.. list];
    }

    // One of each endpoint but those that stream until their client goes.
    private static List<(string Head, byte[] Body)> SeedsOf(MiniFaasServer server)
    {
        var seeds = new List<(string, byte[])>();
        Add("POST", "/invoke?fn=ok&arg=a%20b&arg=c", "input"u8.ToArray());
        Add("POST", "/invoke?fn=ok&async=1&retries=2&callback=http://127.0.0.1:9/", "input"u8.ToArray());
        Add("PUT", "/fn/ok/a%20path/x?q=1", "input"u8.ToArray(), "Cookie: a=1\r\nCookie: b=2\r\nX-A: b\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n");
        seeds.Add(($"POST /fn/ok HTTP/1.1\r\nHost: {server.Address.Authority}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n", "5\r\ninput\r\n3;x=y\r\nabc\r\n0\r\nX-Trailer: a\r\n\r\n"u8.ToArray()));
        Add("POST", "/deploy?name=seed&lang=html&timeout=100&env=A=b&label=a=b", "<p>"u8.ToArray());
        Add("POST", "/deploy?name=seed-wasm&lang=wasm", Encoding.ASCII.GetBytes(Sources.Ok));
        Add("POST", "/deploy?name=seed-zip&lang=python", Zip(), "Content-Type: application/zip\r\n");
        Add("POST", "/deploy?name=seed-tar&lang=python&entry=main.py", Tar(), "Content-Type: application/x-tar\r\n");
        Add("PATCH", "/function/ok?timeout=30000&env=A=b&schedule=none&label=a");
        Add("POST", "/function/ok/traffic", """{"ok_1":90,"ok_2":10}"""u8.ToArray(), "Content-Type: application/json\r\n");
        Add("PUT", "/secret/S", "value"u8.ToArray());
        foreach (var path in new[]
        {
            "/functions?label=a=b", "/function/ok", "/function/ok/versions", "/function/ok/traffic", "/function/ok/schedule", "/function/ok/logs?tail=3", "/function/ok/activity",
            "/invocations?state=dead&limit=3&before=1-19a286287f586fff", "/invocation/1-19a286287f586fff", "/secrets", "/status", "/metrics", "/healthz", "/readyz", "/openapi.json", "/", "/docs",
        })
        {
            Add("GET", path);
        }

        Add("POST", "/function/ok/rollback?to=ok_1");
        Add("POST", "/invocation/1-19a286287f586fff/retry");
        Add("DELETE", "/invocation/1-19a286287f586fff");
        Add("DELETE", "/secret/S");
        Add("DELETE", "/function/nobody");
        Add("POST", "/strategy?name=RR");
        Add("OPTIONS", "/fn/ok", null, "Origin: http://a.example\r\nAccess-Control-Request-Method: PUT\r\n");
        return seeds;

        void Add(string method, string path, byte[]? body = null, string headers = "") =>
            seeds.Add(($"{method} {path} HTTP/1.1\r\nHost: {server.Address.Authority}\r\nConnection: close\r\n{headers}{(body is null ? "" : "Content-Length: $LENGTH\r\n")}\r\n", body ?? []));
    }

    private static byte[] Zip()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("main.py").Open();
            entry.Write("print(1)"u8);
        }

        return stream.ToArray();
    }

    private static byte[] Tar()
    {
        using var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "main.py") { DataStream = new MemoryStream("print(1)"u8.ToArray()) });
        }

        return stream.ToArray();
    }

    [GeneratedRegex(@"HTTP/1\.[01] ([0-9]{3})")]
    private static partial Regex StatusLine();
}
