using Faas.PerfCompare.Record;
using Faas.PerfCompare.Statistics;

namespace Faas.PerfCompare;

/// <summary>One figure of two runs side by side.</summary>
/// <param name="Before">Median of the old run.</param>
/// <param name="After">Median of the new run.</param>
/// <param name="Cost">How much the new run costs in units of the old: above 1 is worse, whichever way the figure gets better.</param>
/// <param name="PValue">Of the one-sided test that the cost is past the threshold in the verdict's direction; 1 when not tested.</param>
internal sealed record Comparison(string Case, string Metric, double Before, double After, RatioInterval Cost, double PValue, Verdict Verdict)
{
    /// <summary>One verdict in this many is allowed to be noise.</summary>
    private const double Significance = 0.01;

    /// <summary>
    /// Compares every figure of every case. Where both runs have the case's baseline, ratios to it are compared, which
    /// cancels the machine and much of its mood; else the figures themselves.
    /// </summary>
    public static List<Comparison> Compare(RunRecord before, RunRecord after, ComparisonOptions options) => Compare(before.Cases, after.Cases, options);

    /// <summary>The same for cases that no run has been made of.</summary>
    public static List<Comparison> Compare(IReadOnlyList<CaseRecord> before, IReadOnlyList<CaseRecord> after, ComparisonOptions options)
    {
        var comparisons = new List<Comparison>();
        var newCases = after.ToDictionary(found => found.Id);
        foreach (var old in before)
        {
            if (!newCases.TryGetValue(old.Id, out var current))
            {
                if (!options.AllowMissing)
                {
                    comparisons.Add(new Comparison(old.Id, "", double.NaN, double.NaN, default, 1, Verdict.Missing));
                }

                continue;
            }

            foreach (var (name, metric) in old.Metrics)
            {
                if (current.Metrics.TryGetValue(name, out var counterpart))
                {
                    comparisons.Add(Compare(old.Id, name, metric, counterpart, options));
                }
            }
        }

        var known = before.Select(found => found.Id).ToHashSet();
        comparisons.AddRange(after.Where(found => !known.Contains(found.Id))
            .Select(found => new Comparison(found.Id, "", double.NaN, double.NaN, default, 1, Verdict.New)));
        return comparisons;
    }

    private static Comparison Compare(string id, string name, MetricRecord before, MetricRecord after, ComparisonOptions options)
    {
        var relative = before.Baseline.Count == before.Samples.Count && after.Baseline.Count == after.Samples.Count && before.Samples.Count > 0;
        var old = relative ? Sample.Ratios(before.Samples, before.Baseline) : [.. before.Samples];
        var current = relative ? Sample.Ratios(after.Samples, after.Baseline) : [.. after.Samples];
        if (before.Better == Better.Higher)
        {
            // A throughput as a cost: so that everywhere below more is worse.
            old = [.. old.Select(value => 1 / value)];
            current = [.. current.Select(value => 1 / value)];
        }

        var cost = RatioInterval.Of(current, old);
        var (verdict, p) = Judge(old, current, cost, options.ThresholdOf?.Invoke(id, name) ?? options.Threshold);
        return new Comparison(
            id, name, Sample.Median([.. before.Samples]), Sample.Median([.. after.Samples]), cost, p, before.Gated ? verdict : Verdict.Informative);
    }

    /// <summary>
    /// Slower (or faster) only when the new cost is past the threshold by the test and the whole interval agrees on the direction:
    /// with few repetitions either alone cries wolf.
    /// </summary>
    private static (Verdict Verdict, double P) Judge(double[] old, double[] current, RatioInterval cost, double threshold)
    {
        var slower = MannWhitney.PValueGreater(current, [.. old.Select(value => value * (1 + threshold))]);
        if (slower < Significance && cost.Low > 1)
        {
            return (Verdict.Slower, slower);
        }

        var faster = MannWhitney.PValueGreater(old, [.. current.Select(value => value * (1 + threshold))]);
        return faster < Significance && cost.High < 1 ? (Verdict.Faster, faster) : (Verdict.Same, Math.Min(slower, faster));
    }
}
