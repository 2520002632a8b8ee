using Faas.Supervisor.Functions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Faas.Supervisor.Tests.Functions;

public sealed class FunctionStoreTrafficTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_760_055_556));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TryPick_ASplit_FollowsTheWeights_AndTheNameMeansWhatItMeant()
    {
        using var store = Open();
        var (one, two) = await AddTwoAsync(store);
        Assert.Null(await store.SetTrafficAsync("f", [new(one.Id, 90), new(two.Id, 10)], Token));

        const int Picks = 20_000;
        var ofOne = 0;
        for (var i = 0; i < Picks; i++)
        {
            Assert.True(store.TryPick("f", out var picked));
            ofOne += picked == one ? 1 : 0;
        }

        // Ten standard deviations of a binomial: once in 10^23 runs by chance.
        Assert.InRange(ofOne, (Picks * 0.9) - 425, (Picks * 0.9) + 425);
        Assert.True(store.TryResolve("f", out var meant) && meant == two);
        Assert.True(store.TryPick(two.Id, out var byId) && byId == two);
        Assert.False(store.TryPick("nobody", out _));
    }

    [Fact]
    public async Task SetTrafficAsync_Restart_StillHolds()
    {
        using (var store = Open())
        {
            var (one, _) = await AddTwoAsync(store);
            await store.SetTrafficAsync("f", [new(one.Id, 1)], Token);
        }

        using var again = Open();
        Assert.Equal(1, Picked(again).Version);
        Assert.True(again.TryResolve("f", out var meant) && meant.Version == 2);
    }

    [Fact]
    public async Task SetTrafficAsync_NextDeployOrRollback_EndsIt()
    {
        using var store = Open();
        var (one, two) = await AddTwoAsync(store);
        await store.SetTrafficAsync("f", [new(one.Id, 1)], Token);
        var three = await store.AddAsync(Drafts.Script("f"), Token);
        Assert.Same(three, Picked(store));
        Assert.Null(store.FindSplit("f"));

        await store.SetTrafficAsync("f", [new(one.Id, 1)], Token);
        Assert.Same(one, Picked(store));
        await store.RollBackAsync("f", null, Token);
        Assert.Same(two, Picked(store));
        Assert.Null(store.FindSplit("f"));
    }

    [Fact]
    public async Task SetTrafficAsync_RolledBackName_KeepsItsMeaning_AndEmptyEndsTheSplit()
    {
        using var store = Open();
        var (one, two) = await AddTwoAsync(store);
        await store.RollBackAsync("f", null, Token);
        await store.SetTrafficAsync("f", [new(two.Id, 1)], Token);
        Assert.Same(two, Picked(store));
        Assert.True(store.TryResolve("f", out var meant) && meant == one);
        await store.SetTrafficAsync("f", [], Token);
        Assert.Same(one, Picked(store));
    }

    [Fact]
    public async Task SetTrafficAsync_WhatIsNoVersionOfIt_ChangesNothing()
    {
        using var store = Open();
        var (_, two) = await AddTwoAsync(store);
        var other = await store.AddAsync(Drafts.Script("g"), Token);
        Assert.Equal(other.Id, await store.SetTrafficAsync("f", [new(two.Id, 1), new(other.Id, 1)], Token));
        Assert.Equal("nobody", await store.SetTrafficAsync("nobody", [], Token));
        Assert.Null(store.FindSplit("f"));
    }

    [Fact]
    public async Task DeleteAsync_OfAVersionInASplit_LeavesTheOthers()
    {
        using var store = Open();
        var (one, two) = await AddTwoAsync(store);
        await store.SetTrafficAsync("f", [new(one.Id, 1), new(two.Id, 1)], Token);
        await store.DeleteAsync(one.Id, Token);
        Assert.Same(two, Assert.Single(store.FindSplit("f")!.Shares).Key);
        await store.DeleteAsync(two.Id, Token);
        Assert.Null(store.FindSplit("f"));
        Assert.False(store.TryPick("f", out _));
    }

    [Theory]
    [InlineData("10")]
    [InlineData("x f_1")]
    [InlineData("1 f_1 f_2")]
    public async Task Open_DamagedShares_NewestIsMeant(string line)
    {
        using (var store = Open())
        {
            var (one, two) = await AddTwoAsync(store);
            await File.WriteAllTextAsync(Path.Combine(store.Data.Pins, "f"), $"{one.Id}\n{two.Stamp}\n{line}\n", Token);
        }

        using var again = Open();
        Assert.Equal(2, Picked(again).Version);
    }

    private static async Task<(FunctionVersion One, FunctionVersion Two)> AddTwoAsync(FunctionStore store) =>
        (await store.AddAsync(Drafts.Script("f"), Token), await store.AddAsync(Drafts.Script("f"), Token));

    private static FunctionVersion Picked(FunctionStore store) => store.TryPick("f", out var version) ? version : throw new InvalidOperationException();

    private FunctionStore Open() => FunctionStore.Open(_folder.Combine("data"), _time, NullLogger.Instance);
}
