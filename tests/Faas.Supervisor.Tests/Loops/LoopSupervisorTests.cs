using Faas.Supervisor.Loops;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Faas.Supervisor.Tests.Loops;

public sealed class LoopSupervisorTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly LoopSupervisor _loops;

    public LoopSupervisorTests() => _loops = new LoopSupervisor(_time, NullLogger.Instance);

    [Theory]
    [InlineData(typeof(InvalidOperationException))]
    [InlineData(typeof(OutOfMemoryException))]
    [InlineData(typeof(OperationCanceledException))]
    public async Task RunAsync_ATurnThrows_TheNextOneComesAfterAPause(Type thrown)
    {
        using var stopping = new CancellationTokenSource();
        var turns = new Turns();
        var running = _loops.RunAsync("a loop", turns.TakeAsync, stopping.Token);

        (await turns.NextAsync()).SetException((Exception)Activator.CreateInstance(thrown)!);
        var again = await AdvanceUntilAsync(turns, LoopSupervisor.FirstPause);

        Assert.Equal(1, _loops.States.Single().Failures);
        again.SetResult();
        await turns.NextAsync();
        Assert.Equal(0, _loops.States.Single().Failures);
        await stopping.CancelAsync();
        await running.WaitAsync(s_patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task RunAsync_ATurnThrowsBeforeItsFirstAwait_TheLoopGoesOn()
    {
        using var stopping = new CancellationTokenSource();
        var turns = new Turns();
        var isFirst = true;
        var running = _loops.RunAsync("a loop", Turn, stopping.Token);

        await AdvanceUntilAsync(turns, LoopSupervisor.FirstPause);

        await stopping.CancelAsync();
        await running.WaitAsync(s_patience, TestContext.Current.CancellationToken);

        Task Turn(CancellationToken cancellationToken)
        {
            if (isFirst)
            {
                isFirst = false;
                throw new InvalidOperationException();
            }

            return turns.TakeAsync(cancellationToken);
        }
    }

    [Fact]
    public async Task States_TurnsFailInARow_UnwellUntilOneReturns()
    {
        using var stopping = new CancellationTokenSource();
        var turns = new Turns();
        var running = _loops.RunAsync("a loop", turns.TakeAsync, stopping.Token);

        var turn = await turns.NextAsync();
        turn = await FailAsync(turns, turn);
        turn = await FailAsync(turns, turn);
        Assert.False(_loops.States.Single().IsUnwell);
        turn = await FailAsync(turns, turn);
        Assert.Equal(new LoopState("a loop", 3, "IOException: no room", IsUnwell: true), _loops.States.Single());
        turn.SetResult();
        await turns.NextAsync();

        Assert.Equal(new LoopState("a loop", 0, "IOException: no room", IsUnwell: false), _loops.States.Single());
        await stopping.CancelAsync();
        await running.WaitAsync(s_patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task States_ATurnOfALoopThatFailedGoesOnForLong_WellAgain()
    {
        using var stopping = new CancellationTokenSource();
        var turns = new Turns();
        var running = _loops.RunAsync("a loop", turns.TakeAsync, stopping.Token);
        var turn = await turns.NextAsync();
        for (var failure = 0; failure < 3; failure++)
        {
            turn = await FailAsync(turns, turn);
        }

        Assert.True(_loops.States.Single().IsUnwell);
        _time.Advance(LoopSupervisor.LongestPause + TimeSpan.FromMilliseconds(1));

        Assert.False(_loops.States.Single().IsUnwell);
        await FailAsync(turns, turn);
        Assert.Equal(1, _loops.States.Single().Failures);
        await stopping.CancelAsync();
        await running.WaitAsync(s_patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task RunAsync_ItFailsForLong_PausesGrowToABound()
    {
        using var stopping = new CancellationTokenSource();
        var turns = new Turns();
        var running = _loops.RunAsync("a loop", turns.TakeAsync, stopping.Token);
        var turn = await turns.NextAsync();
        var pauses = new List<TimeSpan>();
        for (var failure = 0; failure < 8; failure++)
        {
            var before = _time.GetUtcNow();
            turn.SetException(new IOException());
            turn = await AdvanceUntilAsync(turns, LoopSupervisor.FirstPause * Math.Max(1, failure));
            pauses.Add(_time.GetUtcNow() - before);
        }

        Assert.Equal(pauses.Order(), pauses);
        Assert.InRange(pauses[0], LoopSupervisor.FirstPause, LoopSupervisor.FirstPause * 2);
        Assert.InRange(pauses[^1], LoopSupervisor.LongestPause, LoopSupervisor.LongestPause * 1.5);
        await stopping.CancelAsync();
        await running.WaitAsync(s_patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task RunAsync_StoppedInAPause_EndsAtOnceAndIsForgotten()
    {
        using var stopping = new CancellationTokenSource();
        var turns = new Turns();
        var running = _loops.RunAsync("a loop", turns.TakeAsync, stopping.Token);

        (await turns.NextAsync()).SetException(new IOException());
        await stopping.CancelAsync();

        await running.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        Assert.Empty(_loops.States);
    }

    private async Task<TaskCompletionSource> FailAsync(Turns turns, TaskCompletionSource turn)
    {
        turn.SetException(new IOException("no room"));
        return await AdvanceUntilAsync(turns, LoopSupervisor.FirstPause);
    }

    // The pause begins on another thread: time goes on in steps until the loop has seen enough of it.
    private async Task<TaskCompletionSource> AdvanceUntilAsync(Turns turns, TimeSpan step)
    {
        var next = turns.NextAsync();
        while (await Task.WhenAny(next, Task.Delay(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken)) != next)
        {
            _time.Advance(step);
        }

        return await next;
    }

    private sealed class Turns
    {
        private readonly System.Threading.Channels.Channel<TaskCompletionSource> _begun = System.Threading.Channels.Channel.CreateUnbounded<TaskCompletionSource>();

        public Task TakeAsync(CancellationToken cancellationToken)
        {
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _begun.Writer.TryWrite(turn);
            return turn.Task.WaitAsync(cancellationToken);
        }

        public Task<TaskCompletionSource> NextAsync() =>
            _begun.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(s_patience, TestContext.Current.CancellationToken);
    }
}
