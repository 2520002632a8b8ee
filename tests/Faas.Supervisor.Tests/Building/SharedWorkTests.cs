using Faas.Supervisor.Building;

namespace Faas.Supervisor.Tests.Building;

public sealed class SharedWorkTests
{
    private readonly SharedWork<int> _work = new();
    private readonly TaskCompletionSource<int> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _starts;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_EqualKeys_ShareOneRun()
    {
        var first = Run("a", Token);
        var second = Run("a", Token);
        _result.SetResult(7);
        Assert.All(await Task.WhenAll(first, second), value => Assert.Equal(7, value));
        Assert.Equal(1, _starts);
    }

    [Fact]
    public async Task RunAsync_DifferentKeys_RunApart()
    {
        var both = Task.WhenAll(Run("a", Token), Run("b", Token));
        _result.SetResult(7);
        await both;
        Assert.Equal(2, _starts);
    }

    [Fact]
    public async Task RunAsync_AfterTheEnd_RunsAgain()
    {
        _result.SetResult(7);
        await Run("a", Token);
        await Run("a", Token);
        Assert.Equal(2, _starts);
    }

    [Fact]
    public async Task RunAsync_OneGivesUp_TheOtherGetsTheResult()
    {
        using var impatient = new CancellationTokenSource();
        var first = Run("a", impatient.Token);
        var second = Run("a", Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(_cancelled.Task.IsCompleted);
        _result.SetResult(7);
        Assert.Equal(7, await second);
    }

    [Fact]
    public async Task RunAsync_AllGiveUp_CancelsTheWork()
    {
        using var impatient = new CancellationTokenSource();
        var first = Run("a", impatient.Token);
        var second = Run("a", impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await _cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
    }

    [Fact]
    public async Task RunAsync_AlreadyCancelled_StartsNothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Run("a", new CancellationToken(canceled: true)));
        Assert.Equal(0, _starts);
    }

    private Task<int> Run(string key, CancellationToken cancellationToken) => _work.RunAsync(
        key,
        async token =>
        {
            Interlocked.Increment(ref _starts);
            token.UnsafeRegister(state => ((TaskCompletionSource)state!).TrySetResult(), _cancelled);
            return await _result.Task.WaitAsync(token);
        },
        cancellationToken);
}
