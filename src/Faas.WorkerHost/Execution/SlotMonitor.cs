using System.Diagnostics;

namespace Faas.WorkerHost.Execution;

/// <summary>
/// Looks at the slots once a tick while anything runs: enforces deadlines of guests that wait, sends output that a
/// running guest has staged, and takes the reading from a leader that is caught in a long run. Sleeps when nothing runs.
/// </summary>
internal sealed class SlotMonitor(SlotCrew crew, Action flush)
{
    // A frame behind a guest that turns out slow waits for two ticks at most. At 2 ms four busy workers spend 0.5 %
    // of one processor on it.
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(2);

    // Sleeping and waking at every gap of a sparse load would cost more than these few ticks.
    private const int IdleTicksBeforeSleep = 25;

    private readonly object _gate = new();
    private readonly long[] _lastRuns = new long[crew.Slots.Length];
    private volatile bool _asleep;
    private volatile bool _stopped;

    public void Start() =>
        new Thread(Loop) { Name = "monitor", IsBackground = true }.Start();

    /// <summary>Something starts to run. Called on slot threads; costs a read while the monitor is awake.</summary>
    public void Wake()
    {
        if (_asleep)
        {
            lock (_gate)
            {
                _asleep = false;
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>Ends the thread: the session is over.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Loop()
    {
        var idle = 0;
        while (!_stopped)
        {
            idle = Look() ? 0 : idle + 1;
            if (idle < IdleTicksBeforeSleep)
            {
                Thread.Sleep(s_tick);
                continue;
            }

            lock (_gate)
            {
                // Published before the last look: a start that the look misses sees it and wakes this thread.
                _asleep = true;
                Interlocked.MemoryBarrier();
                while (_asleep && !_stopped && !AnythingRuns())
                {
                    Monitor.Wait(_gate);
                }

                _asleep = false;
            }

            idle = 0;
        }
    }

    private bool Look()
    {
        var busy = false;
        var now = Stopwatch.GetTimestamp();
        for (var i = 0; i < crew.Slots.Length; i++)
        {
            var slot = crew.Slots[i];
            var runs = slot.Runs;
            busy |= runs != _lastRuns[i];
            if (slot.Current is { } invocation)
            {
                busy = true;
                invocation.CheckDeadline(now);
                if (runs == _lastRuns[i])
                {
                    crew.Demote(slot);
                }
            }

            _lastRuns[i] = runs;
        }

        if (busy)
        {
            flush();
        }

        return busy;
    }

    private bool AnythingRuns()
    {
        foreach (var slot in crew.Slots)
        {
            if (slot.Current is not null)
            {
                return true;
            }
        }

        return false;
    }
}
