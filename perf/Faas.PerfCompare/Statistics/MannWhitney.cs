namespace Faas.PerfCompare.Statistics;

/// <summary>
/// The Mann-Whitney U test, one-sided: whether one sample tends to be larger than another, without assuming the shape
/// of the noise. Exact for the few repetitions a run has; the normal approximation with ties beyond that.
/// </summary>
internal static class MannWhitney
{
    private const int ExactUpTo = 20; // repetitions a side; past it the approximation is good

    /// <summary>P of a U this large or larger if both samples had one distribution: small = <paramref name="larger"/> is larger.</summary>
    public static double PValueGreater(IReadOnlyList<double> larger, IReadOnlyList<double> smaller)
    {
        double u = 0;
        var ties = false;
        foreach (var x in larger)
        {
            foreach (var y in smaller)
            {
                u += x > y ? 1 : x == y ? 0.5 : 0;
                ties |= x == y;
            }
        }

        return larger.Count <= ExactUpTo && smaller.Count <= ExactUpTo && !ties
            ? Exact(larger.Count, smaller.Count, (int)u)
            : Approximate(larger, smaller, u);
    }

    private static double Exact(int n, int m, int u)
    {
        // counts[k] = number of interleavings with U = k: the coefficients of the Gaussian binomial, built factor by factor.
        var counts = new double[n * m + 1];
        counts[0] = 1;
        for (var i = 1; i <= n; i++)
        {
            for (var k = counts.Length - 1; k >= m + i; k--)
            {
                counts[k] -= counts[k - m - i];
            }

            for (var k = i; k < counts.Length; k++)
            {
                counts[k] += counts[k - i];
            }
        }

        return counts.Skip(u).Sum() / counts.Sum();
    }

    private static double Approximate(IReadOnlyList<double> larger, IReadOnlyList<double> smaller, double u)
    {
        double n = larger.Count;
        double m = smaller.Count;
        var total = n + m;
        var tied = larger.Concat(smaller).GroupBy(value => value).Sum(group => Math.Pow(group.Count(), 3) - group.Count());
        var variance = n * m / 12 * (total + 1 - tied / (total * (total - 1)));
        return variance <= 0 ? 1 : 1 - NormalCdf((u - 0.5 - n * m / 2) / Math.Sqrt(variance));
    }

    private static double NormalCdf(double z)
    {
        // Abramowitz and Stegun 26.2.17, error below 1e-7.
        var t = 1 / (1 + 0.2316419 * Math.Abs(z));
        var tail = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI)
            * t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return z >= 0 ? 1 - tail : tail;
    }
}
