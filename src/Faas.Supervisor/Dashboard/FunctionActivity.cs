namespace Faas.Supervisor.Dashboard;

/// <summary>What one function's invocations did lately, over all its versions. Counting: any thread; the rest belongs to the ticking one.</summary>
internal sealed class FunctionActivity
{
    private readonly ActivityCounters _counters = new();
    private readonly ActivityWindow _window;
    private volatile bool _touched;

    public FunctionActivity(string name)
    {
        Name = name;
        _window = new ActivityWindow(_counters);
    }

    public string Name { get; }

    /// <summary>Seconds in which something ended, oldest first; the others are idle.</summary>
    public Queue<ActivitySample> History { get; } = new();

    /// <summary>The second before; idle when nothing ended in it.</summary>
    public ActivitySample Latest { get; private set; }

    public void Count(long nanoseconds, bool failed)
    {
        _counters.Count(nanoseconds, failed);
        Touch();
    }

    public void CountRefusal()
    {
        _counters.CountRefusal();
        Touch();
    }

    /// <summary>Moves on by one tick.</summary>
    /// <returns>False: it has been idle for the whole history and can be forgotten.</returns>
    public bool Tick(long unixSeconds, TimeSpan elapsed, long oldest)
    {
        Latest = default;
        if (_touched)
        {
            // Before reading: what is counted from here on touches it again.
            _touched = false;
            Latest = _window.Take(unixSeconds, elapsed);
            if (!Latest.IsIdle)
            {
                History.Enqueue(Latest);
            }
        }

        while (History.TryPeek(out var first) && first.UnixSeconds < oldest)
        {
            History.Dequeue();
        }

        return History.Count > 0 || _touched;
    }

    // Most find it set: reading shares the cache line, writing would take it.
    private void Touch()
    {
        if (!_touched)
        {
            _touched = true;
        }
    }
}
