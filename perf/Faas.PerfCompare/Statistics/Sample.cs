namespace Faas.PerfCompare.Statistics;

/// <summary>Order statistics of a few repetitions.</summary>
internal static class Sample
{
    public static double Median(IReadOnlyCollection<double> values) => Quantile(values, 0.5);

    /// <summary>The quantile by linear interpolation; NaN of nothing.</summary>
    public static double Quantile(IReadOnlyCollection<double> values, double quantile)
    {
        if (values.Count == 0)
        {
            return double.NaN;
        }

        var sorted = values.Order().ToArray();
        var position = quantile * (sorted.Length - 1);
        var below = (int)position;
        return below + 1 < sorted.Length
            ? sorted[below] + (position - below) * (sorted[below + 1] - sorted[below])
            : sorted[below];
    }

    /// <summary>Each value divided by the one of the same repetition.</summary>
    public static double[] Ratios(IReadOnlyList<double> values, IReadOnlyList<double> baseline)
        => [.. values.Zip(baseline, (value, reference) => value / reference)];
}
