namespace Faas.Load.Tests;

public sealed class PoissonArrivalsTests
{
    private const int Draws = 100_000;

    [Fact]
    public void Next_ManyDraws_HaveTheRateAndTheSpreadOfAPoissonProcess()
    {
        const long TicksPerSecond = 1_000_000_000;
        var arrivals = new PoissonArrivals(1000, startTicks: 0, TicksPerSecond, new Random(1));
        var gaps = new double[Draws];
        long last = 0;
        for (var i = 0; i < Draws; i++)
        {
            Assert.True(arrivals.Next >= last);
            gaps[i] = arrivals.Next - last;
            last = arrivals.Next;
            arrivals.Advance();
        }

        // Exponential gaps: the standard deviation equals the mean. The seed is fixed, the bounds are ten standard errors.
        var mean = gaps.Average();
        var deviation = Math.Sqrt(gaps.Average(gap => (gap - mean) * (gap - mean)));
        Assert.InRange(mean, 0.97e6, 1.03e6);
        Assert.InRange(deviation / mean, 0.95, 1.05);
    }

    [Fact]
    public void Constructor_RateOfNothing_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PoissonArrivals(0, 0, 1, new Random(1)));
}
