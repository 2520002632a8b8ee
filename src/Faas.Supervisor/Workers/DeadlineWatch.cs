namespace Faas.Supervisor.Workers;

/// <summary>
/// One timer for the earliest deadline of a session whose engine interrupts nobody. Armed by the first invocation, and
/// again only for an earlier deadline: in the steady state an invocation costs one comparison. Thread-safe.
/// </summary>
internal sealed class DeadlineWatch : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Timer _timer;
    private long _armedFor = long.MaxValue;
    private bool _disposed;

    /// <param name="look">Called at a deadline, on a pool thread: returns the next instant to look at, or <see cref="long.MaxValue"/>.</param>
    public DeadlineWatch(Func<long> look) => _timer = new Timer(_ =>
    {
        Interlocked.Exchange(ref _armedFor, long.MaxValue);
        Arm(look());
    });

    /// <summary>Makes sure that the deadlines are looked at then.</summary>
    /// <param name="due">In units of <see cref="InvocationTimings.Now"/>.</param>
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
                var wait = TimeSpan.FromTicks(Math.Max(due - InvocationTimings.Now(), 0) / 100) + TimeSpan.FromMilliseconds(1);
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
}
