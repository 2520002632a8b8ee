using Faas.Supervisor.Building;
using Microsoft.Extensions.Time.Testing;

namespace Faas.Supervisor.Tests.Building;

public sealed class CompileGateTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly CompileGate _gate;

    public CompileGateTests() => _gate = new CompileGate(2, _time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _gate.Dispose();

    [Fact]
    public async Task EnterAsync_OneFunctionManyTimes_HasOneTurnAtATime()
    {
        var first = await Enter("a");
        var second = Enter("a");
        var other = await Enter("b");
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second).Dispose();
        other.Dispose();
    }

    [Fact]
    public async Task EnterAsync_ManyOfOneNameBeforeOneOfAnother_TheOtherIsNext()
    {
        var (a, b) = (await Enter("a"), await Enter("b"));
        var crowd = Enumerable.Range(0, 5).Select(_ => Enter("a")).ToList();
        var other = Enter("c");
        a.Dispose();
        var c = await other;
        Assert.DoesNotContain(crowd, turn => turn.IsCompleted);
        c.Dispose();
        (await crowd[0]).Dispose();
        (await crowd[1]).Dispose();
        b.Dispose();
    }

    [Fact]
    public async Task EnterAsync_AllPlacesTakenByLongWork_OthersGoOnAfterAWhile()
    {
        IDisposable[] slow = [await Enter("a"), await Enter("b")];
        var other = Enter("c");
        _time.Advance(CompileGate.Long - TimeSpan.FromTicks(1));
        Assert.False(other.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        IDisposable[] more = [await other, await Enter("d")];
        _time.Advance(CompileGate.Long);
        var fifth = Enter("e");
        Assert.False(fifth.IsCompleted); // twice as many at most
        slow[0].Dispose();
        (await fifth).Dispose();
        slow[1].Dispose();
        Array.ForEach(more, turn => turn.Dispose());
    }

    [Fact]
    public async Task EnterAsync_GivenUp_TakesNoPlace()
    {
        IDisposable[] all = [await Enter("a"), await Enter("b")];
        using var impatient = new CancellationTokenSource();
        var waiting = _gate.EnterAsync("c", impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Array.ForEach(all, turn => turn.Dispose());
        all = [await Enter("a"), await Enter("b")];
        Array.ForEach(all, turn => turn.Dispose());
    }

    private Task<IDisposable> Enter(string owner) => _gate.EnterAsync(owner, Token);
}
