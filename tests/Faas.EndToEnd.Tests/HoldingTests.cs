using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>What callers make a server hold is bounded in sum: bodies and connections.</summary>
public sealed class HoldingTests
{
    [Fact]
    public async Task Bodies_TogetherOverTheirMemory_Are429AndFreeAgainAfterwards()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "1", "--max-body", "1MiB", "--body-memory", "1MiB");
        await server.DeployedAsync("loop", "wasm", Sources.LoopWithHead, "&timeout=600000");
        await server.DeployedAsync("ok", "wasm", Sources.Ok);
        var body = new byte[800_000];
        using (var holder = await server.ConnectAsync())
        {
            await holder.SendAsync($"POST /fn/loop HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {body.Length}\r\n\r\n{new string('x', body.Length)}");
            await holder.ReadUntilAsync("looping");
            var refused = (await server.InvokeAsync("ok", body)).ShouldFail(429, "bodies_full");
            Assert.NotNull(refused.Header("Retry-After"));
            (await server.InvokeAsync("ok", "small")).ShouldSucceed();
        }

        await Patience.UntilAsync(async () => (await server.InvokeAsync("ok", body)).Status == 200, "the body that went makes room");
        Assert.DoesNotContain(" fail: ", server.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_OverTheirNumber_Are503AndOthersGoOn()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "1", "--max-connections", "8");
        (await server.GetAsync("/healthz")).ShouldSucceed();
        var idle = new List<RawConnection>();
        try
        {
            // Six of one address, and one of them is the client's of this test.
            for (var i = 0; i < 5; i++)
            {
                idle.Add(await server.ConnectAsync());
                await idle[i].SendAsync("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
                await idle[i].ReadUntilAsync("{\"ok\":true}");
            }

            using var late = await server.ConnectAsync();
            await late.SendAsync("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            var answer = await late.ReadToEndAsync();
            Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
            Assert.Contains("""{"ok":false,"error":"too_many_connections",""", answer, StringComparison.Ordinal);
            (await server.GetAsync("/healthz")).ShouldSucceed();
        }
        finally
        {
            idle.ForEach(connection => connection.Dispose());
        }

        await Patience.UntilAsync(
            async () =>
            {
                using var next = await server.ConnectAsync();
                await next.SendAsync("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
                return (await next.ReadToEndAsync()).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal);
            },
            "there is room again");
    }
}
