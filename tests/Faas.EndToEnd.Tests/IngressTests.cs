using System.Text;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>Invocations over the ingress socket.</summary>
public sealed class IngressTests
{
    private const byte StatusOk = 0;
    private const byte StatusTrap = 2;
    private const byte StatusCancelled = 6;
    private const byte StatusRefused = 12;

    private const string Trap = """(module (memory (export "memory") 1) (func (export "_start") unreachable))""";

    // Writes back what it reads, then its arguments without the first.
    private const string Echo = """
        #include <stdio.h>
        int main(int argc, char **argv) {
            static char bytes[4096];
            size_t count;
            while ((count = fread(bytes, 1, sizeof bytes, stdin)) > 0) fwrite(bytes, 1, count, stdout);
            for (int i = 1; i < argc; i++) printf("[%s]", argv[i]);
        }
        """;

    [Fact]
    public async Task Invoke_FunctionsAndFailures_AnswerWithTheSameCodes()
    {
        using var folder = new TemporaryFolder();
        await using var server = await MiniFaasServer.StartInAsync(folder, "--workers", "1", "--max-body", "300KiB");
        var id = await server.DeployedAsync("ok", "wasm", Sources.Ok);
        await server.DeployedAsync("trap", "wasm", Trap);
        await server.DeployedAsync("page", "html", "<p>hello</p>");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder.Run, "ingress.sock")));

        using var client = await IngressClient.OpenAsync(folder);
        await client.SendAsync(IngressClient.InvokeFrame(1, "ok"));
        Assert.Equal((StatusOk, "ok", "", ""), await client.ReadToEndAsync(1));
        await client.SendAsync(IngressClient.InvokeFrame(1, id)); // the number is free again
        Assert.Equal((StatusOk, "ok", "", ""), await client.ReadToEndAsync(1));
        await client.SendAsync(IngressClient.InvokeFrame(2, "page"));
        Assert.Equal((StatusOk, "<p>hello</p>", "", ""), await client.ReadToEndAsync(2));

        await client.SendAsync(IngressClient.InvokeFrame(3, "nowhere"));
        await ShouldEndAsync(client, 3, StatusRefused, "function_not_found");
        await client.SendAsync(IngressClient.InvokeFrame(4, new string('x', 500)));
        await ShouldEndAsync(client, 4, StatusRefused, "function_not_found");
        await client.SendAsync(IngressClient.InvokeFrame(5, "trap"));
        await ShouldEndAsync(client, 5, StatusTrap, "trap");

        // 200 KiB and 200 KiB more are over the limit of 300.
        await client.SendAsync(IngressClient.InvokeFrame(6, "ok", new string('a', 200 << 10), isLastInput: false));
        Assert.Equal(IngressClient.Window, (await client.ReadAsync()).Type);
        await client.SendAsync(IngressClient.Frame(IngressClient.Input, 6, new byte[200 << 10], isLastInput: true));
        await ShouldEndAsync(client, 6, StatusRefused, "payload_too_large");
    }

    [Fact]
    public async Task Invoke_LongStreamsAndSmallWindows_ArriveWhole()
    {
        using var folder = new TemporaryFolder();
        await using var server = await MiniFaasServer.StartInAsync(folder, "--workers", "1");
        await server.DeployedAsync("echo", "c", Echo);
        var input = string.Concat(Enumerable.Range(0, 100_000).Select(i => $"{i:x8}"));
        using var client = await IngressClient.OpenAsync(folder, windowBytes: 1000);
        await client.SendAsync(IngressClient.InvokeFrame(7, "echo", input[..60_000], isLastInput: false, "a", "ü"));
        var sent = 60_000;
        var window = 262_144 - sent;
        var received = new StringBuilder();
        while (true)
        {
            if (sent < input.Length && window > 0)
            {
                var count = Math.Min(Math.Min(60_000, input.Length - sent), window);
                await client.SendAsync(IngressClient.Frame(IngressClient.Input, 7, Encoding.ASCII.GetBytes(input[sent..(sent + count)]), sent + count == input.Length));
                sent += count;
                window -= count;
                continue;
            }

            var frame = await client.ReadAsync();
            if (frame.Type == IngressClient.Window)
            {
                window += BitConverter.ToInt32(frame.Payload);
            }
            else if (frame.Type == IngressClient.Output)
            {
                Assert.InRange(frame.Payload.Length, 1, 1000);
                received.Append(Encoding.UTF8.GetString(frame.Payload));
                await client.SendAsync(IngressClient.Frame(IngressClient.Window, 7, BitConverter.GetBytes(frame.Payload.Length)));
            }
            else
            {
                Assert.Equal((IngressClient.Completed, StatusOk), (frame.Type, frame.Payload[0]));
                break;
            }
        }

        Assert.Equal(input + "[a][ü]", received.ToString());
    }

    [Fact]
    public async Task Invoke_AThousandAtOnce_EachAnswersOnce()
    {
        const int Count = 1000;
        using var folder = new TemporaryFolder();
        await using var server = await MiniFaasServer.StartInAsync(folder, "--workers", "2");
        await server.DeployedAsync("pause", "wasm", Sources.ShortSleep);
        await server.DeployedAsync("ok", "wasm", Sources.Ok);
        using var client = await IngressClient.OpenAsync(folder);
        using var burst = new MemoryStream();
        for (ulong id = 1; id <= Count; id++)
        {
            burst.Write(IngressClient.InvokeFrame(id, id % 3 == 0 ? "pause" : "ok"));
        }

        await client.SendAsync(burst.ToArray());
        var outputs = new Dictionary<ulong, string>();
        var ended = new HashSet<ulong>();
        while (ended.Count < Count)
        {
            var (type, id, payload) = await client.ReadAsync();
            Assert.DoesNotContain(id, ended);
            if (type == IngressClient.Output)
            {
                outputs[id] = outputs.GetValueOrDefault(id) + Encoding.UTF8.GetString(payload);
            }
            else
            {
                Assert.Equal((IngressClient.Completed, StatusOk), (type, payload[0]));
                ended.Add(id);
            }
        }

        Assert.Equal(Count, outputs.Count);
        Assert.All(outputs.Values, output => Assert.Equal("ok", output));
    }

    [Fact]
    public async Task Cancel_RunningOrWaiting_EndsIt()
    {
        using var folder = new TemporaryFolder();
        await using var server = await MiniFaasServer.StartInAsync(folder, "--workers", "1", "--slots", "1");
        await server.DeployedAsync("pause", "c", Sources.Pause, "&env=PAUSE%3D20000");
        using var client = await IngressClient.OpenAsync(folder);
        await client.SendAsync(IngressClient.InvokeFrame(1, "pause"));
        Assert.Equal((IngressClient.Output, 1ul), await TypeAndIdAsync(client)); // it runs, and its output comes as it is written
        await client.SendAsync(IngressClient.InvokeFrame(2, "pause"));
        await client.SendAsync(IngressClient.Frame(IngressClient.Cancel, 2, []));
        await ShouldEndAsync(client, 2, StatusCancelled, "cancelled");
        await client.SendAsync(IngressClient.Frame(IngressClient.Cancel, 1, []));
        await ShouldEndAsync(client, 1, StatusCancelled, "cancelled");
    }

    [Fact]
    public async Task ClientGone_ItsInvocationsEndAndFreeTheirSlots()
    {
        using var folder = new TemporaryFolder();
        await using var server = await MiniFaasServer.StartInAsync(folder, "--workers", "1", "--slots", "1", "--queue", "0");
        await server.DeployedAsync("pause", "c", Sources.Pause, "&env=PAUSE%3D20000");
        await server.DeployedAsync("ok", "wasm", Sources.Ok);
        using (var client = await IngressClient.OpenAsync(folder))
        {
            await client.SendAsync(IngressClient.InvokeFrame(1, "pause"));
            Assert.Equal((IngressClient.Output, 1ul), await TypeAndIdAsync(client));
            await client.SendAsync(IngressClient.InvokeFrame(2, "ok"));
            await ShouldEndAsync(client, 2, StatusRefused, "queue_full");
            await client.SendAsync(IngressClient.InvokeFrame(3, "ok", "half of", isLastInput: false));
        }

        await Patience.UntilAsync(async () => (await server.InvokeAsync("ok")).IsOk, "the slot is free again");
    }

    [Fact]
    public async Task Garbage_EndsThatConnectionOnly()
    {
        using var folder = new TemporaryFolder();
        await using var server = await MiniFaasServer.StartInAsync(folder, "--workers", "1");
        await server.DeployedAsync("ok", "wasm", Sources.Ok);
        using var good = await IngressClient.OpenAsync(folder);
        byte[][] bad =
        [
            Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
            IngressClient.InvokeFrame(1, "ok"), // before Hello
            [.. IngressClient.Hello(0)], // a window of nothing
            [.. IngressClient.Hello(1), .. IngressClient.Hello(1)],
            [.. IngressClient.Hello(1), .. IngressClient.Frame(IngressClient.Invoke, 1, [1, 2, 3])],
            [.. IngressClient.Hello(1), .. IngressClient.Frame(IngressClient.Invoke, 1, new byte[12])], // no function
            [.. IngressClient.Hello(1), .. IngressClient.Frame(IngressClient.Invoke, 0, new byte[12])], // no number
            [.. IngressClient.Hello(1), .. IngressClient.Frame(IngressClient.Completed, 1, new byte[40])], // not a client's
            [.. IngressClient.Hello(1), .. IngressClient.InvokeFrame(1, "ok", "", isLastInput: false), .. IngressClient.InvokeFrame(1, "ok")], // twice
            [.. IngressClient.Hello(1), .. IngressClient.InvokeFrame(1, "ok", new string('a', 262_145), isLastInput: false)], // over the window
        ];
        foreach (var bytes in bad)
        {
            using var client = await IngressClient.ConnectAsync(folder);
            await client.SendAsync(bytes);
            while ((await client.ReadAsync()).Type != 0)
            {
                // What came before the violation may be answered.
            }
        }

        await good.SendAsync(IngressClient.InvokeFrame(1, "ok"));
        Assert.Equal((StatusOk, "ok", "", ""), await good.ReadToEndAsync(1));
        Assert.Equal(bad.Length, server.Errors.Split("A connection to the ingress socket was ended").Length - 1);
    }

    [Fact]
    public async Task Commands_InvokeAndLoad_UseTheSocket()
    {
        using var folder = new TemporaryFolder();
        await using (var server = await MiniFaasServer.StartInAsync(folder, "--workers", "1"))
        {
            await server.DeployedAsync("echo", "c", Echo);
            var input = new string('x', 700_000);
            var echoed = await MiniFaasCommand.RunAsync(input, ["invoke", "echo", "a", "--socket", "--runtime-dir", folder.Run]);
            Assert.Equal((0, "", input + "[a]"), (echoed.ExitCode, echoed.Errors, echoed.Output));
            var missing = await MiniFaasCommand.RunAsync("invoke", "nowhere", "--socket", "--runtime-dir", folder.Run);
            Assert.Equal(1, missing.ExitCode);
            Assert.Contains("(function_not_found)", missing.Errors, StringComparison.Ordinal);
            var load = await MiniFaasCommand.RunAsync("load", "echo", "4", "500", "--ingress", "--runtime-dir", folder.Run, "--data", "abc", "--output", "json");
            Assert.Equal((0, ""), (load.ExitCode, load.Errors));
            Assert.Contains("\"succeeded\": 500", load.Output, StringComparison.Ordinal);
            var failing = await MiniFaasCommand.RunAsync("load", "nowhere", "2", "10", "--ingress", "--runtime-dir", folder.Run, "--output", "json");
            Assert.Contains("\"function_not_found\": 10", failing.Output, StringComparison.Ordinal);
        }

        Assert.Equal(3, (await MiniFaasCommand.RunAsync("invoke", "echo", "--socket", "--runtime-dir", folder.Run)).ExitCode);
    }

    [Fact]
    public async Task NoIngress_NoSocket()
    {
        using var folder = new TemporaryFolder();
        await using var server = await MiniFaasServer.StartInAsync(folder, "--workers", "1", "--no-ingress");
        Assert.False(File.Exists(Path.Combine(folder.Run, "ingress.sock")));
    }

    private static async Task<(byte Type, ulong Id)> TypeAndIdAsync(IngressClient client)
    {
        var frame = await client.ReadAsync();
        return (frame.Type, frame.Id);
    }

    private static async Task ShouldEndAsync(IngressClient client, ulong id, byte status, string code)
    {
        var end = await client.ReadToEndAsync(id);
        Assert.Equal((status, code), (end.Status, end.Message.Split('\n')[0]));
    }
}
