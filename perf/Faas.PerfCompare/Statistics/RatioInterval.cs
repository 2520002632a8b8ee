namespace Faas.PerfCompare.Statistics;

/// <summary>A ratio of medians with a 95 % interval from resampling both sides.</summary>
/// <param name="Ratio">Median of the new sample divided by that of the old.</param>
/// <param name="Low">2.5 % point.</param>
/// <param name="High">97.5 % point.</param>
internal readonly record struct RatioInterval(double Ratio, double Low, double High)
{
    private const int Resamples = 2000; // the interval's own error is then below 1 % of its width
    private const int Seed = 20261; // fixed: the same two runs always give the same interval

    public static RatioInterval Of(IReadOnlyList<double> after, IReadOnlyList<double> before)
    {
        var random = new Random(Seed);
        var ratios = new double[Resamples];
        for (var i = 0; i < Resamples; i++)
        {
            ratios[i] = Sample.Median(Resample(after, random)) / Sample.Median(Resample(before, random));
        }

        return new RatioInterval(
            Sample.Median([.. after]) / Sample.Median([.. before]),
            Sample.Quantile(ratios, 0.025),
            Sample.Quantile(ratios, 0.975));
    }

    private static double[] Resample(IReadOnlyList<double> values, Random random)
    {
        var drawn = new double[values.Count];
        for (var i = 0; i < drawn.Length; i++)
        {
            drawn[i] = values[random.Next(values.Count)];
        }

        return drawn;
    }
}
