using Faas.Protocol.Contracts;
using Faas.Runtimes;
using Faas.WorkerHost.Execution;

namespace Faas.WorkerHost.Tests.Execution;

public sealed class ModuleCacheTests : IDisposable
{
    private readonly ScriptedBackend _backend = new();
    private readonly ModuleCache _cache;

    public ModuleCacheTests() => _cache = new ModuleCache(
        new BackendSet(_backend, kind => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no interpreters here")), maxBytes: 100);

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void Enter_Again_WarmWithoutALoad()
    {
        var entry = Add(1, 10);
        Use(entry);
        _cache.Enter(entry, out var start);
        _cache.Leave(entry);

        Assert.Equal(StartKind.Warm, start);
        Assert.Equal((1, 10L, 1L), _cache.Figures);
    }

    [Fact]
    public void Enter_OverTheBytes_TheLeastRecentlyUsedGoesAndComesBack()
    {
        var (a, b, c) = (Add(1, 40), Add(2, 40), Add(3, 40));
        Use(a);
        Use(b);
        Use(a);
        Use(c);
        Assert.Equal(["guest-2"], _backend.Unloaded);
        Assert.Equal((2, 80L, 3L), _cache.Figures);

        _cache.Enter(b, out var start);
        _cache.Leave(b);
        Assert.Equal(StartKind.Cached, start);
        Assert.Equal(["guest-2", "guest-1"], _backend.Unloaded);
        Assert.Equal((2, 80L, 4L), _cache.Figures);
    }

    [Fact]
    public void Enter_EverythingElseIsPinned_NothingIsUnloaded()
    {
        var (a, b, c) = (Add(1, 60), Add(2, 60), Add(3, 60));
        _cache.Enter(a, out _);
        _cache.Enter(b, out _);
        Assert.Empty(_backend.Unloaded);

        _cache.Leave(b);
        Use(c);
        Assert.Equal(["guest-2"], _backend.Unloaded);
        _cache.Leave(a);
        _cache.Enter(a, out var start);
        Assert.Equal(StartKind.Warm, start);
        _cache.Leave(a);
    }

    [Fact]
    public void Enter_LoadFails_NothingIsPinnedOrCounted()
    {
        _cache.Add(SessionFixture.Message(9));
        var entry = _cache.Find(9)!;

        Assert.Throws<ModuleLoadException>(() => _cache.Enter(entry, out _));
        Assert.Equal(0, entry.Pins);
        Assert.Equal((0, 0L, 0L), _cache.Figures);
    }

    [Fact]
    public void Enter_ReleasedBetweenFindingAndEntering_RunsAndIsUnloadedAfterwards()
    {
        var entry = Add(1, 10);
        _cache.Release(1);
        _cache.Enter(entry, out _);
        Assert.Empty(_backend.Unloaded);
        _cache.Leave(entry);

        Assert.Equal(["guest-1"], _backend.Unloaded);
        Assert.Equal((0, 0L, 1L), _cache.Figures);
    }

    [Fact]
    public async Task Enter_ManyThreadsAtOnce_OneLoad()
    {
        var entry = Add(1, 10);
        using var start = new Barrier(4);
        await SessionFixture.Within(
            Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    Use(entry);
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default))),
            "every thread was inside");

        Assert.Equal(["guest-1"], _backend.Loaded);
        Assert.Equal(0, entry.Pins);
    }

    [Fact]
    public void Dispose_AGuestIsInside_ItsModuleStays()
    {
        var (a, b) = (Add(1, 10), Add(2, 10));
        _cache.Enter(a, out _);
        Use(b);
        _cache.Dispose();

        Assert.Equal(["guest-2"], _backend.Unloaded);
        _cache.Leave(a);
    }

    private FunctionEntry Add(uint handle, long bytes)
    {
        _backend.Guests[$"guest-{handle}"] = Guests.Echo;
        _backend.Sizes[$"guest-{handle}"] = bytes;
        _cache.Add(SessionFixture.Message(handle));
        return _cache.Find(handle)!;
    }

    private void Use(FunctionEntry entry)
    {
        _cache.Enter(entry, out _);
        _cache.Leave(entry);
    }
}
