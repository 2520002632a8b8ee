using Faas.Scenarios.Drivers;
using HdrHistogram;

namespace Faas.LoadTests.Drivers;

/// <summary>The latencies of the built-in driver: a histogram in nanoseconds.</summary>
internal sealed class HdrLatencies(LongHistogram nanoseconds) : Latencies
{
    public override long Count => nanoseconds.TotalCount;

    public override double UsAt(double percentile) => nanoseconds.GetValueAtPercentile(percentile) / 1000.0;

    public override Latencies Plus(Latencies other)
    {
        var sum = (LongHistogram)nanoseconds.Copy();
        sum.Add(((HdrLatencies)other).Histogram);
        return new HdrLatencies(sum);
    }

    private LongHistogram Histogram => nanoseconds;
}
