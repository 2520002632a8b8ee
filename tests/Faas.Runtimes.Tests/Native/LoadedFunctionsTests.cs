using Faas.Runtimes.Native.Zygotes;

namespace Faas.Runtimes.Tests.Native;

public sealed class LoadedFunctionsTests
{
    private readonly LoadedFunctions _functions = new(idleBytes: 100);

    [Fact]
    public void TakeSurplus_IdleOnesPastTheLimit_AreThoseUsedLongestAgo()
    {
        AddIdle("a", 40);
        AddIdle("b", 40);
        AddIdle("c", 20);
        Assert.Empty(_functions.TakeSurplus());
        Assert.True(_functions.TryPin("a"));
        _functions.Unpin("a");
        Assert.Equal(["b"], _functions.TakeSurplus(comingBytes: 30));
        Assert.False(_functions.TryPin("b"));
        Assert.Equal(60, _functions.Bytes);
    }

    [Fact]
    public void TakeSurplus_PinnedOnes_StayWhateverTheyTake()
    {
        _functions.AddPinned("a", 90);
        _functions.AddPinned("b", 90);
        Assert.Empty(_functions.TakeSurplus(comingBytes: 90));
        _functions.Unpin("a");
        Assert.Empty(_functions.TakeSurplus());
        _functions.Unpin("b");
        Assert.Equal(["a"], _functions.TakeSurplus());
    }

    [Fact]
    public void Drop_WhilePinned_GoesWithItsLastUser()
    {
        _functions.AddPinned("a", 10);
        Assert.True(_functions.TryPin("a"));
        _functions.Drop("a");
        _functions.Unpin("a");
        Assert.Empty(_functions.TakeSurplus());
        _functions.Unpin("a");
        Assert.Equal(["a"], _functions.TakeSurplus());
        Assert.Equal(0, _functions.Bytes);
    }

    [Fact]
    public void Drop_PinnedAgainBeforeItIsTaken_Stays()
    {
        AddIdle("a", 10);
        _functions.Drop("a");
        Assert.True(_functions.TryPin("a"));
        _functions.Unpin("a");
        Assert.Empty(_functions.TakeSurplus());
    }

    [Fact]
    public void BytesOf_LargestArchive_FitsAFunction()
    {
        // 1,000 files, 64 MiB: as much as a deploy takes.
        var lengths = Enumerable.Repeat((64L << 20) / 1000, 1000);
        Assert.InRange(LoadedFunctions.BytesOf(lengths), 64L << 20, LoadedFunctions.MaxFunctionBytes);
    }

    private void AddIdle(string functionId, long bytes)
    {
        _functions.AddPinned(functionId, bytes);
        _functions.Unpin(functionId);
    }
}
