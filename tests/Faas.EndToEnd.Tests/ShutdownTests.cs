using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>SIGTERM ends the server in order; disposal of each server checks that nothing is left.</summary>
public sealed class ShutdownTests
{
    [Fact]
    public async Task Terminate_WhenIdle_ExitsWithZero()
    {
        await using var server = await MiniFaasServer.StartAsync();
        server.Terminate();
        Assert.Equal(0, await server.WaitForEndAsync());
    }

    [Fact]
    public async Task Terminate_WhileAFunctionRuns_LetsItFinish()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "2");
        await server.DeployedAsync("pause", "c", Sources.PauseWithHead, "&env=PAUSE=2000");
        using var streamed = await server.ConnectAsync();
        await streamed.SendAsync("GET /fn/pause/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        await streamed.ReadUntilAsync("begun");
        server.Terminate();
        Assert.Contains("done\n", await streamed.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await server.WaitForEndAsync());
    }

    [Fact]
    public async Task Terminate_WhenAFunctionNeverEnds_EndsAfterTheDrainTime()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "1", "--drain", "300ms");
        await server.DeployedAsync("loop", "wasm", Sources.LoopWithHead, "&timeout=600000");
        using var client = await server.ConnectAsync();
        await client.SendAsync("GET /fn/loop/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        await client.ReadUntilAsync("looping");
        server.Terminate();
        Assert.Equal(0, await server.WaitForEndAsync());
    }

    [Fact]
    public async Task Terminate_Twice_EndsAtOnce()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "1", "--drain", "10m");
        await server.DeployedAsync("loop", "wasm", Sources.LoopWithHead, "&timeout=600000");
        using var client = await server.ConnectAsync();
        await client.SendAsync("GET /fn/loop/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        await client.ReadUntilAsync("looping");
        server.Terminate();
        // Equal signals that are pending together are one: the first has been taken when nothing listens any more.
        await Patience.UntilAsync(
            async () =>
            {
                try
                {
                    using var probe = await server.ConnectAsync();
                    return false;
                }
                catch (System.Net.Sockets.SocketException)
                {
                    return true;
                }
            },
            "the first signal was taken");
        server.Terminate();
        await server.WaitForEndAsync();
    }
}
