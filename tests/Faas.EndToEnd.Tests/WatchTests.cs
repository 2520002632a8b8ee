using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>Who watches the server: itself, systemd, and whoever reads its standard error or does not.</summary>
public sealed class WatchTests
{
    [Fact]
    public async Task SocketsThread_DoesNotTurn_IsLoggedAndHealthTellsUntilItDoes()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "1");
        (await server.GetAsync("/healthz")).ShouldSucceed();
        var thread = StoppedThread.Named(server.ProcessId, ".NET Sockets")[0];
        using (var stopped = await StoppedThread.TryStopAsync(thread))
        {
            Assert.SkipWhen(stopped is null, "threads of another process cannot be stopped here");
            await Patience.UntilAsync(() => server.Errors.Contains($"thread {thread} (", StringComparison.Ordinal), "it is logged", () => server.Errors);
        }

        await Patience.UntilAsync(() => server.Errors.Contains("turns again", StringComparison.Ordinal), "that it turns again is logged", () => server.Errors);
        (await server.GetAsync("/healthz")).ShouldSucceed();
    }

    [Fact]
    public async Task Server_WasStoppedForLong_CountsNoneOfThat()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "1");
        Assert.Equal(0, LibcNativeMethods.kill(server.ProcessId, LibcNativeMethods.SIGSTOP));
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken); // longer than a thread may be silent
        Assert.Equal(0, LibcNativeMethods.kill(server.ProcessId, LibcNativeMethods.SIGCONT));

        (await server.GetAsync("/healthz")).ShouldSucceed();
        Assert.DoesNotContain("has not turned", server.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServiceManager_ThatWantsToKnow_IsToldReadyAliveAndStopping()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("notify");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        var environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = path, ["WATCHDOG_USEC"] = "1000000" };
        await using (await MiniFaasServer.StartWithAsync(environment, "--workers", "1"))
        {
            await ReceiveAsync(socket, "READY=1");
            await ReceiveAsync(socket, "WATCHDOG=1");
            await ReceiveAsync(socket, "WATCHDOG=1");
        }

        await ReceiveAsync(socket, "STOPPING=1");
    }

    [Fact]
    public async Task StandardError_NobodyReadsIt_TheServerGoesOnAnswering()
    {
        using var folder = new TemporaryFolder();
        var info = MiniFaasCommand.StartInfo(["--http", "127.0.0.1:0", "--data", folder.Data, "--runtime-dir", folder.Run, "--workers", "1"]);
        using var process = System.Diagnostics.Process.Start(info)!;
        try
        {
            Uri? address = null;
            while (address is null && await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                address = Regex.Match(line, @"http://127\.0\.0\.1:[0-9]+") is { Success: true } match ? new Uri(match.Value) : null;
            }

            // Each is a line in the log, of which 64 KiB fit into the pipe and 2,500 lines into the queue.
            using var client = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(1) };
            for (var i = 0; i < 6000; i++)
            {
                using var answer = await client.PostAsync($"/strategy?name={(i % 2 == 0 ? "LEAST" : "P2C")}", content: null, TestContext.Current.CancellationToken);
            }

            using var health = await client.GetAsync("/healthz", TestContext.Current.CancellationToken);
            Assert.Equal(System.Net.HttpStatusCode.OK, health.StatusCode);

            // What was left out is said with the first line after there is room again.
            var isSaid = false;
            process.ErrorDataReceived += (_, line) => isSaid |= line.Data?.Contains("dropped", StringComparison.Ordinal) == true;
            process.BeginErrorReadLine();
            await Patience.UntilAsync(
                async () =>
                {
                    using var answer = await client.PostAsync("/strategy?name=RR", content: null, TestContext.Current.CancellationToken);
                    return isSaid;
                },
                "how many lines were dropped is said");
        }
        finally
        {
            Assert.Equal(0, LibcNativeMethods.kill(process.Id, LibcNativeMethods.SIGTERM));
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience.Limit, CancellationToken.None);
        }
    }

    private static async Task ReceiveAsync(Socket socket, string expected)
    {
        var buffer = new byte[256];
        using var limit = new CancellationTokenSource(Patience.Limit);
        string text;
        do
        {
            text = Encoding.UTF8.GetString(buffer, 0, await socket.ReceiveAsync(buffer, limit.Token));
        }
        while (text != expected);
    }
}
