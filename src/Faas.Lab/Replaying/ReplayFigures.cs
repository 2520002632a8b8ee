using HdrHistogram;

namespace Faas.Lab.Replaying;

/// <summary>What one strategy made of a trace. Times are nanoseconds.</summary>
internal sealed class ReplayFigures(string strategy, int workers)
{
    private const long MaxNanoseconds = 86_400_000_000_000; // a day; longer ones count as that
    private const int SignificantDigits = 3;

    private readonly LongHistogram _latency = new(1, MaxNanoseconds, SignificantDigits);
    private readonly LongHistogram _queue = new(1, MaxNanoseconds, SignificantDigits);
    private long _queueSum;
    private long _warm;

    public string Strategy => strategy;

    public int Workers => workers;

    public long Completed => _latency.TotalCount;

    /// <summary>Found the queue full, or no worker.</summary>
    public long Refused { get; set; }

    /// <summary>See <see cref="InFlightBalance"/>.</summary>
    public double Imbalance { get; set; }

    /// <summary>Share of invocations that found their function loaded; NaN when none ran.</summary>
    public double WarmRatio => Completed == 0 ? double.NaN : (double)_warm / Completed;

    public double MeanQueue => Completed == 0 ? double.NaN : (double)_queueSum / Completed;

    public void Add(long latency, long queue, bool isWarm)
    {
        _latency.RecordValue(Math.Clamp(latency, 1, MaxNanoseconds));
        _queue.RecordValue(Math.Clamp(queue, 1, MaxNanoseconds));
        _queueSum += queue;
        _warm += isWarm ? 1 : 0;
    }

    public double Latency(double percentile) => Percentile(_latency, percentile);

    public double Queue(double percentile) => Percentile(_queue, percentile);

    // An empty wait is recorded as the histogram's smallest value.
    private static double Percentile(LongHistogram histogram, double percentile) =>
        histogram.TotalCount == 0 ? double.NaN : histogram.GetValueAtPercentile(percentile) is var value && value <= 1 ? 0 : value;
}
