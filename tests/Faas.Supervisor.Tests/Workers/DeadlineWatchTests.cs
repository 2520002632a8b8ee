using Faas.Supervisor.Invocations;
using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Tests.Workers;

public sealed class DeadlineWatchTests
{
    private const long Hour = 3_600_000_000_000; // nanoseconds, as InvocationTimings counts

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource<long> _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Arm_Due_LooksNotBefore()
    {
        using var watch = new DeadlineWatch(TimeProvider.System, Look);
        var due = TimeProvider.System.MonotonicNanoseconds + 5_000_000;
        watch.Arm(due);

        Assert.True(await _looked.Task.WaitAsync(s_patience, Token) >= due);
    }

    [Fact]
    public async Task Arm_LongPast_LooksAtOnce()
    {
        using var watch = new DeadlineWatch(TimeProvider.System, Look);
        watch.Arm(TimeProvider.System.MonotonicNanoseconds - Hour);

        await _looked.Task.WaitAsync(s_patience, Token);
    }

    [Fact]
    public async Task Arm_EarlierThanArmed_LooksEarlier()
    {
        using var watch = new DeadlineWatch(TimeProvider.System, Look);
        watch.Arm(TimeProvider.System.MonotonicNanoseconds + Hour);
        watch.Arm(TimeProvider.System.MonotonicNanoseconds);

        await _looked.Task.WaitAsync(s_patience, Token);
    }

    [Fact]
    public async Task Arm_LaterThanArmed_ChangesNothing()
    {
        using var watch = new DeadlineWatch(TimeProvider.System, Look);
        watch.Arm(TimeProvider.System.MonotonicNanoseconds);
        watch.Arm(TimeProvider.System.MonotonicNanoseconds + Hour);

        await _looked.Task.WaitAsync(s_patience, Token);
    }

    [Fact]
    public async Task Look_NamesTheNextInstant_LooksAgain()
    {
        var looks = 0;
        using var watch = new DeadlineWatch(TimeProvider.System, () =>
        {
            if (++looks == 1)
            {
                return TimeProvider.System.MonotonicNanoseconds;
            }

            return Look();
        });
        watch.Arm(TimeProvider.System.MonotonicNanoseconds);

        await _looked.Task.WaitAsync(s_patience, Token);
        Assert.Equal(2, looks);
    }

    [Fact]
    public void Arm_AfterDispose_IsIgnored()
    {
        var watch = new DeadlineWatch(TimeProvider.System, Look);
        watch.Dispose();
        watch.Arm(TimeProvider.System.MonotonicNanoseconds);

        Assert.False(_looked.Task.IsCompleted);
    }

    private long Look()
    {
        _looked.TrySetResult(TimeProvider.System.MonotonicNanoseconds);
        return long.MaxValue;
    }
}
