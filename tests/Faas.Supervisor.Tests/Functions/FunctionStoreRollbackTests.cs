using Faas.Supervisor.Functions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Faas.Supervisor.Tests.Functions;

public sealed class FunctionStoreRollbackTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_760_055_556));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RollBackAsync_WithoutTarget_StepsBackOneAtATimeToTheOldest()
    {
        using var store = Open();
        var versions = await AddAsync(store, 3);
        Assert.Same(versions[1], await store.RollBackAsync("f", null, Token));
        Assert.Same(versions[1], Resolve(store));
        Assert.Same(versions[0], await store.RollBackAsync("f", null, Token));
        Assert.Null(await store.RollBackAsync("f", null, Token));
        Assert.Same(versions[0], Resolve(store));
        Assert.Same(versions[2], await store.RollBackAsync("f", versions[2].Id, Token));
        Assert.Same(versions[2], Resolve(store));
    }

    [Fact]
    public async Task RollBackAsync_ToWhatIsNotAVersionOfIt_ChangesNothing()
    {
        using var store = Open();
        var versions = await AddAsync(store, 2);
        var other = await store.AddAsync(Drafts.Script("g"), Token);
        Assert.Null(await store.RollBackAsync("f", "f_1", Token));
        Assert.Null(await store.RollBackAsync("f", other.Id, Token));
        Assert.Null(await store.RollBackAsync("nobody", null, Token));
        Assert.Null(await store.RollBackAsync(versions[0].Id, null, Token));
        Assert.Same(versions[1], Resolve(store));
        Assert.Empty(Directory.GetFileSystemEntries(store.Data.Pins));
    }

    [Fact]
    public async Task RollBackAsync_Restart_StillHolds()
    {
        string id;
        using (var store = Open())
        {
            id = (await AddAsync(store, 3))[0].Id;
            await store.RollBackAsync("f", id, Token);
        }

        using var again = Open();
        Assert.Equal(id, Resolve(again)!.Id);
    }

    [Fact]
    public async Task RollBackAsync_NextDeploy_EndsItAlsoAfterRestart()
    {
        string newest;
        using (var store = Open())
        {
            await AddAsync(store, 2);
            await store.RollBackAsync("f", null, Token);
            newest = (await store.AddAsync(Drafts.Script("f"), Token)).Id;
            Assert.Equal(newest, Resolve(store)!.Id);
            Assert.Empty(Directory.GetFileSystemEntries(store.Data.Pins));
        }

        using var again = Open();
        Assert.Equal(newest, Resolve(again)!.Id);
    }

    [Fact]
    public async Task RollBackAsync_FileOutlivedTheNextDeploy_IsWithoutEffect()
    {
        string newest;
        using (var store = Open())
        {
            await AddAsync(store, 2);
            await store.RollBackAsync("f", null, Token);
            var pin = await File.ReadAllBytesAsync(Path.Combine(store.Data.Pins, "f"), Token);
            newest = (await store.AddAsync(Drafts.Script("f"), Token)).Id;
            await File.WriteAllBytesAsync(Path.Combine(store.Data.Pins, "f"), pin, Token); // what a power cut may bring back
        }

        using var again = Open();
        Assert.Equal(newest, Resolve(again)!.Id);
        Assert.Empty(Directory.GetFileSystemEntries(again.Data.Pins));
    }

    [Theory]
    [InlineData("")]
    [InlineData("f_1\n")]
    [InlineData("f_1\nx\n")]
    [InlineData("f_1\n99999999999\n")]
    public async Task Open_DamagedPin_NewestIsMeant(string text)
    {
        string newest;
        using (var store = Open())
        {
            newest = (await AddAsync(store, 2))[1].Id;
            await File.WriteAllTextAsync(Path.Combine(store.Data.Pins, "f"), text, Token);
        }

        using var again = Open();
        Assert.Equal(newest, Resolve(again)!.Id);
    }

    [Fact]
    public async Task DeleteAsync_OfThePinnedVersion_NewestIsMeant()
    {
        using var store = Open();
        var versions = await AddAsync(store, 3);
        await store.RollBackAsync("f", versions[0].Id, Token);
        await store.DeleteAsync(versions[2].Id, Token);
        Assert.Same(versions[0], Resolve(store));
        await store.DeleteAsync(versions[0].Id, Token);
        Assert.Same(versions[1], Resolve(store));
        await store.RollBackAsync("f", versions[1].Id, Token);
        await store.DeleteAsync("f", Token);
        Assert.Null(Resolve(store));
        Assert.Empty(Directory.GetFileSystemEntries(store.Data.Pins));
    }

    [Fact]
    public async Task RollBackAsync_CrashAfterAnyStep_ReopensWithOneOrTheOther()
    {
        var data = _folder.Combine("data");
        List<StoreStep> seen = [];
        List<FunctionVersion> versions;
        using (var store = Open())
        {
            versions = await AddAsync(store, 2);
            store.Reached = step =>
            {
                seen.Add(step);
                TemporaryFolder.Copy(data, _folder.Combine(step.ToString()));
            };
            await store.RollBackAsync("f", null, Token);
        }

        Assert.Equal([StoreStep.PinStaged, StoreStep.PinRenamed], seen);
        foreach (var step in seen)
        {
            using var store = FunctionStore.Open(_folder.Combine(step.ToString()), _time, NullLogger.Instance);
            Assert.Equal(versions[step == StoreStep.PinStaged ? 1 : 0].Id, Resolve(store)!.Id);
            Assert.Empty(Directory.GetFileSystemEntries(store.Data.Temporary));
        }
    }

    private static FunctionVersion? Resolve(FunctionStore store) => store.TryResolve("f", out var version) ? version : null;

    private static async Task<List<FunctionVersion>> AddAsync(FunctionStore store, int count)
    {
        var versions = new List<FunctionVersion>();
        for (var i = 0; i < count; i++)
        {
            versions.Add(await store.AddAsync(Drafts.Script("f"), Token));
        }

        return versions;
    }

    private FunctionStore Open() => FunctionStore.Open(_folder.Combine("data"), _time, NullLogger.Instance);
}
