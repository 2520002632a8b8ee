namespace Faas.PerfCompare.Statistics;

/// <summary>Whether two lists order the same things alike (C. Spearman, "The proof and measurement of association between two things", 1904).</summary>
internal static class RankCorrelation
{
    /// <summary>1 = the same order, -1 = the opposite one; NaN when one of them has all ties.</summary>
    public static double Spearman(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        var (x, y) = (Ranks(a), Ranks(b));
        var (meanX, meanY) = (x.Average(), y.Average());
        var covariance = x.Zip(y, (left, right) => (left - meanX) * (right - meanY)).Sum();
        return covariance / Math.Sqrt(x.Sum(rank => Math.Pow(rank - meanX, 2)) * y.Sum(rank => Math.Pow(rank - meanY, 2)));
    }

    // Equal values share the mean of their places.
    private static double[] Ranks(IReadOnlyList<double> values) =>
        [.. values.Select(value => values.Count(other => other < value) + ((values.Count(other => other == value) + 1) / 2.0))];
}
