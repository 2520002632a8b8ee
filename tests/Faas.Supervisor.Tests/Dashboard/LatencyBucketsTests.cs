using Faas.Supervisor.Dashboard;

namespace Faas.Supervisor.Tests.Dashboard;

public sealed class LatencyBucketsTests
{
    [Fact]
    public void IndexOf_GrowingDurations_NeverFallsAndStaysInRange()
    {
        var last = -1;
        for (double microseconds = 0; microseconds < 2e10; microseconds = (microseconds * 1.01) + 1)
        {
            var index = LatencyBuckets.IndexOf((long)(microseconds * 1000));
            Assert.InRange(index, Math.Max(last, 0), LatencyBuckets.Count - 1);
            last = index;
        }

        Assert.Equal(LatencyBuckets.Count - 1, last);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(999)]
    public void IndexOf_LessThanAMicrosecond_IsTheFirst(long nanoseconds) => Assert.Equal(0, LatencyBuckets.IndexOf(nanoseconds));

    [Fact]
    public void MiddleOf_AnyDuration_IsWithinItsError()
    {
        for (long microseconds = 1; microseconds < uint.MaxValue; microseconds = (long)(microseconds * 1.003) + 1)
        {
            var middle = LatencyBuckets.MiddleOf(LatencyBuckets.IndexOf(microseconds * 1000));
            Assert.InRange(middle, (microseconds * 0.968) - 0.5, (microseconds * 1.032) + 0.5);
        }
    }

    [Fact]
    public void Percentile_OfOneToAThousand_IsWithinItsError()
    {
        var cells = new uint[LatencyBuckets.Count];
        for (var microseconds = 1; microseconds <= 1000; microseconds++)
        {
            cells[LatencyBuckets.IndexOf(microseconds * 1000L)]++;
        }

        Assert.InRange(LatencyBuckets.Percentile(cells, 1000, 0.50), 484u, 516u);
        Assert.InRange(LatencyBuckets.Percentile(cells, 1000, 0.99), 958u, 1022u);
        Assert.Equal(0u, LatencyBuckets.Percentile(new uint[LatencyBuckets.Count], 0, 0.99));
    }
}
