using System.Globalization;
using Faas.PerfCompare.Statistics;

namespace Faas.LoadTests.Lab;

/// <summary>The latencies that the replay gives each strategy, those of its repetitions on a real server, and how far the two orders agree.</summary>
internal sealed class AgreementTable(IReadOnlyList<string> strategies)
{
    private static readonly double[] s_percentiles = [50, 90, 99];

    private readonly Dictionary<string, List<double[]>> _replayed = strategies.ToDictionary(name => name, _ => new List<double[]>());
    private readonly Dictionary<string, List<double[]>> _real = strategies.ToDictionary(name => name, _ => new List<double[]>());

    /// <param name="strategy">Which.</param>
    /// <param name="latency">Nanoseconds by percentile.</param>
    public void AddReplayed(string strategy, Func<double, double> latency) => _replayed[strategy].Add([.. s_percentiles.Select(percentile => latency(percentile) / 1e6)]);

    /// <param name="strategy">Which.</param>
    /// <param name="latency">Nanoseconds by percentile.</param>
    public void AddReal(string strategy, Func<double, double> latency) => _real[strategy].Add([.. s_percentiles.Select(percentile => latency(percentile) / 1e6)]);

    public void Write(TextWriter output)
    {
        output.WriteLine($"| ms | {string.Join(" | ", s_percentiles.Select(percentile => $"replay p{percentile} | real p{percentile}"))} |");
        output.WriteLine($"| --- |{string.Concat(s_percentiles.Select(_ => " ---: | --- |"))}");
        foreach (var strategy in strategies)
        {
            output.WriteLine($"| {strategy} | {string.Join(" | ", s_percentiles.Select((_, at) => $"{Text(Median(_replayed, strategy, at))} | {Range(_real[strategy], at)}"))} |");
        }

        output.WriteLine();
        for (var at = 0; at < s_percentiles.Length; at++)
        {
            double[] predicted = [.. strategies.Select(strategy => Median(_replayed, strategy, at))];
            IReadOnlyList<double>[] measured = [.. strategies.Select(strategy => _real[strategy].Select(run => run[at]).ToArray())];
            var pairs = PairAgreement.Of(predicted, measured);
            var spearman = RankCorrelation.Spearman(predicted, [.. measured.Select(runs => Sample.Median([.. runs]))]);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"p{s_percentiles[at]}: {pairs.Decided} of {pairs.Pairs} pairs differ beyond the noise of repetitions; of these {pairs.Alike} in the replay's order, {pairs.Opposite} in the opposite one, {pairs.Missed} equal in the replay. Spearman {spearman:F2}"));
        }
    }

    private static double Median(Dictionary<string, List<double[]>> runs, string strategy, int at) => Sample.Median([.. runs[strategy].Select(run => run[at])]);

    // The median and, in brackets, the least and the most: what a ranking would have to get past.
    private static string Range(List<double[]> runs, int at)
    {
        double[] values = [.. runs.Select(run => run[at])];
        return $"{Text(Sample.Median(values))} ({Text(values.Min())} to {Text(values.Max())})";
    }

    private static string Text(double ms) => ms.ToString(ms >= 100 ? "F0" : ms >= 10 ? "F1" : "F2", CultureInfo.InvariantCulture);
}
