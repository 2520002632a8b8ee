using System.Diagnostics;
using Faas.Runtimes.Native.Processes;

namespace Faas.Runtimes.Native.Lanes;

/// <summary>
/// The warm guests of one function: the one used last is used first, so that those beyond the demand grow old and
/// are ended when the pool is trimmed.
/// </summary>
internal sealed class LanePool : IIdleGuests
{
    /// <summary>A guest is replaced after this many calls, whatever it says of itself: what leaks has an end.</summary>
    private const int MaxCalls = 10_000;

    /// <summary>A guest that has not cleaned up by then is replaced: starting one takes no longer.</summary>
    private const int CleaningMilliseconds = 100;

    private readonly Lock _lock = new();
    private readonly List<GuestLane> _idle = [];
    private readonly HashSet<GuestLane> _rented = [];
    private bool _isDisposed;

    /// <summary>An idle guest, or null when one has to be started.</summary>
    internal GuestLane? TryRent()
    {
        while (true)
        {
            GuestLane lane;
            lock (_lock)
            {
                if (_idle.Count == 0)
                {
                    return null;
                }

                lane = _idle[^1];
                _idle.RemoveAt(_idle.Count - 1);
                _rented.Add(lane);
            }

            if (!lane.Process.TryReap(out _) && (!lane.IsCleaning || LaneCall.WaitUntilReady(lane, CleaningMilliseconds)))
            {
                lane.IsCleaning = false;
                return lane;
            }

            Forget(lane);
            lane.Dispose(); // ended, while it was idle or instead of cleaning up
        }
    }

    /// <summary>A lane nobody has called yet.</summary>
    internal void Add(GuestLane lane) => Return(lane, isUsable: true);

    /// <summary>A lane that was started for a call and is in use.</summary>
    internal void Rented(GuestLane lane)
    {
        lock (_lock)
        {
            _rented.Add(lane);
        }
    }

    /// <inheritdoc/>
    public int Guests
    {
        get
        {
            lock (_lock)
            {
                return _idle.Concat(_rented).Select(static lane => lane.Process).Distinct().Count();
            }
        }
    }

    /// <inheritdoc/>
    public long OldestUse
    {
        get
        {
            lock (_lock)
            {
                return Oldest() is { } oldest ? oldest.Max(static lane => lane.LastUsed) : long.MaxValue;
            }
        }
    }

    /// <inheritdoc/>
    public bool TryEndOldest()
    {
        GuestLane[] lanes;
        lock (_lock)
        {
            lanes = [.. Oldest() ?? Enumerable.Empty<GuestLane>()];
            foreach (var lane in lanes)
            {
                _idle.Remove(lane);
            }
        }

        foreach (var lane in lanes)
        {
            lane.Dispose();
        }

        return lanes.Length > 0;
    }

    internal void Return(GuestLane lane, bool isUsable)
    {
        Forget(lane);
        if (isUsable && lane.Calls < MaxCalls)
        {
            lock (_lock)
            {
                if (!_isDisposed && !lane.Process.IsRetired)
                {
                    _idle.Add(lane);
                    return;
                }
            }
        }

        lane.Dispose();

        // Lanes of a process that takes no more calls hold it back.
        Trim(static lane => lane.Process.TryReap(out _));
    }

    /// <inheritdoc/>
    public void Trim(TimeSpan idle) => Trim(lane => Stopwatch.GetElapsedTime(lane.LastUsed) > idle);

    /// <summary>The lanes of the idle guest that was used longest ago; none of them is in a call. Under the lock.</summary>
    private IGrouping<IGuestProcess, GuestLane>? Oldest() => _idle
        .GroupBy(static lane => lane.Process)
        .Where(guest => !_rented.Any(lane => lane.Process == guest.Key))
        .MinBy(static guest => guest.Max(static lane => lane.LastUsed));

    private void Forget(GuestLane lane)
    {
        lock (_lock)
        {
            _rented.Remove(lane);
        }
    }

    private void Trim(Func<GuestLane, bool> isOver)
    {
        List<GuestLane>? old = null;
        lock (_lock)
        {
            for (var i = _idle.Count - 1; i >= 0; i--)
            {
                if (isOver(_idle[i]))
                {
                    (old ??= []).Add(_idle[i]);
                    _idle.RemoveAt(i);
                }
            }
        }

        foreach (var lane in old ?? [])
        {
            lane.Dispose();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
        }

        Trim(static _ => true);
    }
}
