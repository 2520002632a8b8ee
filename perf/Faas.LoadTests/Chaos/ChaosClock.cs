using System.Diagnostics;

namespace Faas.LoadTests.Chaos;

/// <summary>
/// Time as calls are judged by it: what the server was kept from running for, or this process was by the machine, counts for
/// nobody. Any thread may use it.
/// </summary>
internal sealed class ChaosClock : IDisposable
{
    private static readonly TimeSpan s_beat = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_stall = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly Thread _watch;
    private long _excused;
    private long _excusedSince;
    private int _excuses;
    private TimeSpan _worstStall;
    private volatile bool _ends;

    public ChaosClock()
    {
        _watch = new Thread(WatchOwnStalls) { IsBackground = true, Name = "chaos clock" };
        _watch.Start();
    }

    /// <summary>The longest time for which this process did not run.</summary>
    public TimeSpan WorstStall
    {
        get
        {
            lock (_lock)
            {
                return _worstStall;
            }
        }
    }

    /// <summary>Now, in this clock's ticks: those of <see cref="Stopwatch"/> without the excused ones.</summary>
    public long Now
    {
        get
        {
            lock (_lock)
            {
                return (_excuses > 0 ? _excusedSince : Stopwatch.GetTimestamp()) - _excused;
            }
        }
    }

    public TimeSpan Since(long mark) => Stopwatch.GetElapsedTime(mark, Now);

    /// <summary>Time from now until the returned value is disposed counts for nobody.</summary>
    public IDisposable Excuse()
    {
        lock (_lock)
        {
            if (_excuses++ == 0)
            {
                _excusedSince = Stopwatch.GetTimestamp();
            }
        }

        return new ExcusedTime(this);
    }

    public void Dispose()
    {
        _ends = true;
        _watch.Join();
    }

    private void WatchOwnStalls()
    {
        while (!_ends)
        {
            var began = Stopwatch.GetTimestamp();
            Thread.Sleep(s_beat);
            var stall = Stopwatch.GetElapsedTime(began) - s_beat;
            if (stall < s_stall)
            {
                continue;
            }

            lock (_lock)
            {
                _worstStall = stall > _worstStall ? stall : _worstStall;
                if (_excuses == 0)
                {
                    _excused += (long)(stall.TotalSeconds * Stopwatch.Frequency);
                }
            }
        }
    }

    private void EndExcuse()
    {
        lock (_lock)
        {
            if (--_excuses == 0)
            {
                _excused += Stopwatch.GetTimestamp() - _excusedSince;
            }
        }
    }

    private sealed class ExcusedTime(ChaosClock clock) : IDisposable
    {
        private ChaosClock? _clock = clock;

        public void Dispose() => Interlocked.Exchange(ref _clock, null)?.EndExcuse();
    }
}
