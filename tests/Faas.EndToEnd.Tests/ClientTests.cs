using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>Clients that go away, dawdle or come in crowds harm nobody but themselves.</summary>
public sealed class ClientTests(SharedServer shared)
{
    [Fact]
    public async Task Disconnect_WhileAnswerIsStreamed_GivesTheSlotBack()
    {
        await using var server = await OneSlotAsync("--queue", "0");
        using (var client = await server.ConnectAsync())
        {
            await client.SendAsync("GET /fn/loop/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
            await client.ReadUntilAsync("looping");
            (await server.InvokeAsync("ok")).ShouldFail(429, "queue_full");
        }

        await UntilServedAsync(server);
    }

    [Fact]
    public async Task Disconnect_WhileWaitingForAnAnswer_GivesTheSlotBack()
    {
        await using var server = await OneSlotAsync("--queue", "0");
        var isRunning = false;
        while (!isRunning)
        {
            using var client = await server.ConnectAsync();
            await client.SendAsync("POST /invoke?fn=loop HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n");
            // The questions whether it runs need the only slot as well; when one of them had it, this one was refused.
            var refused = client.ReadUntilAsync("queue_full");
            await Patience.UntilAsync(
                async () => refused.IsCompleted || (isRunning = (await server.InvokeAsync("ok")).Status == 429), "the loop runs or is refused");
        }

        await UntilServedAsync(server);
    }

    [Fact]
    public async Task Disconnect_WhileQueued_LeavesTheQueue()
    {
        await using var server = await OneSlotAsync("--queue", "1");
        using var running = await server.ConnectAsync();
        await running.SendAsync("GET /fn/loop/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        await running.ReadUntilAsync("looping");
        using (var queued = await server.ConnectAsync())
        {
            await queued.SendAsync("POST /invoke?fn=ok HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n");

            // Asked of the metrics: a call of ours that asks could be in the queue first.
            await Patience.UntilAsync(
                async () => (await server.GetAsync("/metrics")).Body.Contains("\nfaas_queue_depth 1\n", StringComparison.Ordinal), "it waits", () => server.Errors);
        }

        // Its place is free again: one more may wait, and is served when the loop's client goes.
        var waiting = Task.FromResult<Answer?>(null);
        await Patience.UntilAsync(
            async () =>
            {
                if (waiting.IsCompleted)
                {
                    Assert.True((await waiting)?.Status is null or 429, $"{await waiting}");
                    waiting = InvokeAsync();
                }

                await Task.WhenAny(waiting, Task.Delay(200));
                return !waiting.IsCompleted;
            },
            "the place in the queue is free");
        running.Dispose();
        (await waiting)!.ShouldSucceed();

        async Task<Answer?> InvokeAsync() => await server.InvokeAsync("ok");
    }

    [Fact]
    public async Task SlowBody_HoldsNoSlot()
    {
        await using var server = await OneSlotAsync("--queue", "0");
        using var client = await server.ConnectAsync();
        await client.SendAsync("POST /invoke?fn=ok HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n");
        var answer = client.ReadToEndAsync();
        var served = 0;
        try
        {
            while (!answer.IsCompleted && served < 100)
            {
                // A byte a second is what this test is about; the server ends it by its least data rate.
                await client.SendAsync("x");
                (await server.InvokeAsync("ok")).ShouldSucceed();
                served++;
                await Task.WhenAny(answer, Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken));
            }
        }
        catch (System.Net.Sockets.SocketException)
        {
            // The server has ended the connection.
        }

        Assert.True(served > 0);
        Assert.Contains("\"error\":\"request_timeout\"", await answer, StringComparison.Ordinal);
        (await server.InvokeAsync("ok")).ShouldSucceed();
    }

    [Fact]
    public async Task TwoThousandAtOnce_EachIsServedOrToldToRetry()
    {
        await shared.Server.DeployedAsync("crowd", "wasm", Sources.ShortSleep);
        var answers = await Task.WhenAll(Enumerable.Range(0, 2000).Select(_ => shared.Server.InvokeAsync("crowd")));
        var served = answers.Where(answer => answer.Status == 200).ToArray();
        Assert.All(served, answer => Assert.Equal("ok", answer.ShouldSucceed().Output));
        Assert.NotEmpty(served);
        Assert.All(answers.Except(served), AssertQueueFull);
        (await shared.Server.InvokeAsync("crowd")).ShouldSucceed();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Queue_WhenFull_IsToldAtOnce(int length)
    {
        await using var server = await OneSlotAsync("--queue", $"{length}");
        using var running = await server.ConnectAsync();
        await running.SendAsync("GET /fn/loop/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        await running.ReadUntilAsync("looping");

        // Of this many at once all but those that may wait are refused; those are served when the slot is free.
        var calls = Enumerable.Range(0, 10).Select(_ => server.InvokeAsync("ok")).ToArray();
        await Patience.UntilAsync(() => calls.Count(call => call.IsCompleted) == calls.Length - length, $"{calls.Length - length} refusals");
        running.Dispose();
        var answers = await Task.WhenAll(calls);
        Assert.Equal(length, answers.Count(answer => answer.Status == 200));
        Assert.All(answers.Where(answer => answer.Status != 200), AssertQueueFull);
    }

    private static async Task<MiniFaasServer> OneSlotAsync(params string[] more)
    {
        var server = await MiniFaasServer.StartAsync(["--workers", "1", "--slots", "1", .. more]);
        await server.DeployedAsync("ok", "wasm", Sources.Ok);
        await server.DeployedAsync("loop", "wasm", Sources.LoopWithHead, "&timeout=600000");
        return server;
    }

    private static Task UntilServedAsync(MiniFaasServer server) =>
        Patience.UntilAsync(async () => (await server.InvokeAsync("ok")).Status == 200, "the slot is free again", () => server.Errors);

    private static void AssertQueueFull(Answer answer)
    {
        answer.ShouldFail(429, "queue_full");
        Assert.NotNull(answer.Header("Retry-After"));
    }
}
