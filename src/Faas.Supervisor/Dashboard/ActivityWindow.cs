namespace Faas.Supervisor.Dashboard;

/// <summary>Turns growing counters into samples. One thread.</summary>
internal sealed class ActivityWindow(ActivityCounters counters)
{
    private readonly uint[] _last = new uint[ActivityCounters.CellCount];
    private readonly uint[] _now = new uint[ActivityCounters.CellCount];

    /// <summary>What was counted since the last call.</summary>
    /// <param name="unixSeconds">Now.</param>
    /// <param name="elapsed">Since the last call.</param>
    public ActivitySample Take(long unixSeconds, TimeSpan elapsed)
    {
        counters.Read(_now);
        long ended = 0;
        for (var cell = 0; cell < _now.Length; cell++)
        {
            var total = _now[cell];
            _now[cell] = total - _last[cell]; // right also across a wrap
            _last[cell] = total;
            ended += cell < LatencyBuckets.Count ? _now[cell] : 0;
        }

        var refused = _now[ActivityCounters.RefusalsCell];
        var failed = _now[ActivityCounters.FailuresCell];
        var perSecond = 1 / Math.Max(elapsed.TotalSeconds, double.Epsilon);
        return new ActivitySample(
            unixSeconds,
            (float)((ended + refused) * perSecond),
            (float)((failed + (double)refused) * perSecond),
            LatencyBuckets.Percentile(_now, ended, 0.50),
            LatencyBuckets.Percentile(_now, ended, 0.95),
            LatencyBuckets.Percentile(_now, ended, 0.99));
    }
}
