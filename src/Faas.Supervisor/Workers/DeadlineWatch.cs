using Faas.Supervisor.Invocations;

namespace Faas.Supervisor.Workers;

/// <summary>
/// One timer for the earliest deadline of a session whose engine interrupts nobody. Armed by the first invocation, and
/// again only for an earlier deadline: in the steady state an invocation costs one comparison. Thread-safe.
/// </summary>
internal sealed class DeadlineWatch : IDisposable
{
    // A timer that is this late tells that this process did not run: answers that came meanwhile are read first.
    private const long LateNanoseconds = 100_000_000;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Func<long> _look;
    private readonly ITimer _timer;
    private long _armedFor = long.MaxValue;
    private bool _disposed;

    /// <param name="time">Of deadlines and timer.</param>
    /// <param name="look">Called at a deadline, on a pool thread: returns the next instant to look at, or <see cref="long.MaxValue"/>.</param>
    public DeadlineWatch(TimeProvider time, Func<long> look)
    {
        _time = time;
        _look = look;
        _timer = time.CreateTimer(static state => ((DeadlineWatch)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Makes sure that the deadlines are looked at then.</summary>
    /// <param name="due">In ns of <see cref="MonotonicTime"/>.</param>
    public void Arm(long due)
    {
        if (due >= Volatile.Read(ref _armedFor))
        {
            return;
        }

        lock (_gate)
        {
            if (due < _armedFor && !_disposed)
            {
                _armedFor = due;
                // A millisecond more: a timer that fires early would look in vain.
                var wait = TimeSpan.FromTicks(Math.Max(due - _time.MonotonicNanoseconds, 0) / TimeSpan.NanosecondsPerTick) + TimeSpan.FromMilliseconds(1);
                _timer.Change(wait, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        _timer.Dispose();
    }

    private void Look()
    {
        var due = Interlocked.Exchange(ref _armedFor, long.MaxValue);
        var now = _time.MonotonicNanoseconds;
        var isEarly = due != long.MaxValue && now < due;
        var isLate = due != long.MaxValue && now - due > LateNanoseconds;
        Arm(isEarly ? due : isLate ? now + (LateNanoseconds / 2) : _look());
    }
}
