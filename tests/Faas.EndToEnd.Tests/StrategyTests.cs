using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>Each strategy's share of every real worker, counted from the receipts of calls one after the other.</summary>
public sealed class StrategyTests
{
    [Fact]
    public async Task RoundRobin_GivesEachTheSame()
    {
        await using var server = await StartAsync("RR", "--workers", "4");
        var shares = await SharesAsync(server, "ok", calls: 40, workers: 4);
        Assert.Equal([10, 10, 10, 10], shares);
    }

    [Fact]
    public async Task Fifo_GivesAllToTheFirst()
    {
        await using var server = await StartAsync("FIFO", "--workers", "4");
        var shares = await SharesAsync(server, "ok", calls: 20, workers: 4);
        Assert.Equal([20, 0, 0, 0], shares);
    }

    [Fact]
    public async Task Fifo_WhenTheFirstIsBusy_GivesToTheNext()
    {
        await using var server = await StartAsync("fifo", "--workers", "3", "--slots", "1");
        await server.DeployedAsync("loop", "wasm", Sources.LoopWithHead);
        using var busy = await server.ConnectAsync();
        await busy.SendAsync("GET /fn/loop/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        Assert.Contains("X-Faas-Worker: 0", await busy.ReadUntilAsync("looping"), StringComparison.Ordinal);
        var shares = await SharesAsync(server, "ok", calls: 10, workers: 3);
        Assert.Equal([0, 10, 0], shares);
    }

    [Fact]
    public async Task Weighted_SharesByWeight()
    {
        await using var server = await StartAsync("weighted", "--weights", "3,1");
        Assert.Equal(2, server.Workers.Count);
        var shares = await SharesAsync(server, "ok", calls: 40, workers: 2);
        Assert.Equal([30, 10], shares);
    }

    [Fact]
    public async Task Weighted_OfFour_SharesByWeight()
    {
        await using var server = await StartAsync("--strategy", "WEIGHTED", "--workers", "4", "--weights", "4,2,1,1");
        var shares = await SharesAsync(server, "ok", calls: 40, workers: 4);
        Assert.Equal([20, 10, 5, 5], shares);
    }

    [Fact]
    public async Task Hash_KeepsAFunctionOnItsWorker()
    {
        await using var server = await StartAsync("hash", "--workers", "4");
        for (var i = 0; i < 6; i++)
        {
            await server.DeployedAsync($"f{i}", "wasm", Sources.Ok);
            Assert.Equal([0, 0, 0, 12], (await SharesAsync(server, $"f{i}", calls: 12, workers: 4)).Order());
        }
    }

    [Theory]
    [InlineData("LEAST")]
    [InlineData("P2C")]
    public async Task Randomised_UsesEveryWorker(string strategy)
    {
        await using var server = await StartAsync(strategy, "--workers", "2");
        // 2^-79 that a worker is never drawn.
        var shares = await SharesAsync(server, "ok", calls: 80, workers: 2);
        Assert.All(shares, share => Assert.True(share > 0, string.Join(' ', shares)));
    }

    [Theory]
    [InlineData("RR")]
    [InlineData("FIFO")]
    [InlineData("WEIGHTED")]
    [InlineData("LEAST")]
    [InlineData("P2C")]
    [InlineData("HASH")]
    public async Task EveryStrategy_UnderMoreCallsThanSlots_ServesAll(string strategy)
    {
        await using var server = await StartAsync(strategy, "--workers", "3", "--slots", "2");
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => server.InvokeAsync("sleep")));
        Assert.All(answers, answer => answer.ShouldSucceed());
        Assert.Equal(3, answers.Select(answer => answer.Worker).Distinct().Count());
        Assert.All(answers, answer => Assert.EndsWith($"pick;desc={strategy}", answer.Header("Server-Timing"), StringComparison.Ordinal));
    }

    private static async Task<MiniFaasServer> StartAsync(params string[] arguments)
    {
        var server = await MiniFaasServer.StartAsync(arguments);
        await server.DeployedAsync("ok", "wasm", Sources.Ok);
        await server.DeployedAsync("sleep", "wasm", Sources.ShortSleep);
        return server;
    }

    private static async Task<int[]> SharesAsync(MiniFaasServer server, string function, int calls, int workers)
    {
        var shares = new int[workers];
        for (var i = 0; i < calls; i++)
        {
            shares[(await server.InvokeAsync(function)).ShouldSucceed().Worker]++;
        }

        return shares;
    }
}
