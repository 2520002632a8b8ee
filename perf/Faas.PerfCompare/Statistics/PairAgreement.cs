namespace Faas.PerfCompare.Statistics;

/// <summary>
/// Whether a prediction orders things as a measurement does, asked only of the pairs that the measurement decides: an order
/// among things that differ by less than the same thing differs from one repetition to the next is nobody's to predict.
/// Kendall's count of concordant pairs (M. Kendall, "A new measure of rank correlation", 1938), without the undecided.
/// </summary>
/// <param name="Pairs">All of them.</param>
/// <param name="Decided">Apart in the measurement by more than its own noise.</param>
/// <param name="Alike">Decided, and predicted the same way round.</param>
/// <param name="Missed">Decided, and predicted to be equal.</param>
internal readonly record struct PairAgreement(int Pairs, int Decided, int Alike, int Missed)
{
    /// <summary>Medians closer than this are equal, decided or not: nobody would choose by it.</summary>
    private const double LeastDifference = 0.05;

    /// <summary>Of the test of Mann and Whitney, for each direction: four repetitions, all above four others, have 1/70.</summary>
    private const double PValue = 0.025;

    /// <summary>Repetitions below which no pair can be decided.</summary>
    public const int LeastRepetitions = 4;

    /// <summary>Predicted the other way round.</summary>
    public int Opposite => Decided - Alike - Missed;

    /// <summary>Share of the decided pairs that were predicted the same way round; NaN when none was decided.</summary>
    public double Share => Decided == 0 ? double.NaN : (double)Alike / Decided;

    /// <param name="predicted">A figure of each thing.</param>
    /// <param name="measured">The repetitions of each thing, in the same order.</param>
    public static PairAgreement Of(IReadOnlyList<double> predicted, IReadOnlyList<IReadOnlyList<double>> measured)
    {
        var (pairs, decided, alike, missed) = (0, 0, 0, 0);
        for (var i = 0; i < predicted.Count; i++)
        {
            for (var j = i + 1; j < predicted.Count; j++)
            {
                pairs++;
                var order = Order(measured[i], measured[j]);
                if (order == 0)
                {
                    continue;
                }

                decided++;
                var expected = Apart(predicted[i], predicted[j]) ? predicted[i].CompareTo(predicted[j]) : 0;
                alike += expected == order ? 1 : 0;
                missed += expected == 0 ? 1 : 0;
            }
        }

        return new PairAgreement(pairs, decided, alike, missed);
    }

    // 1 = a is larger, -1 = b is, 0 = the repetitions do not tell.
    private static int Order(IReadOnlyList<double> a, IReadOnlyList<double> b)
    {
        if (!Apart(Sample.Median([.. a]), Sample.Median([.. b])))
        {
            return 0;
        }

        return MannWhitney.PValueGreater(a, b) < PValue ? 1
            : MannWhitney.PValueGreater(b, a) < PValue ? -1
            : 0;
    }

    private static bool Apart(double a, double b) => Math.Abs(a - b) > LeastDifference * Math.Min(a, b);
}
