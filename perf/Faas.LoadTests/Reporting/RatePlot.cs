using Faas.PerfCompare.Record;
using Faas.PerfCompare.Statistics;
using ScottPlot;

namespace Faas.LoadTests.Reporting;

/// <summary>Latency against the arrival rate, with the quartiles of the repetitions.</summary>
internal static class RatePlot
{
    private static readonly (string Metric, string Label)[] s_lines = [(MetricRecord.P50, "p50"), (MetricRecord.P99, "p99"), (MetricRecord.P999, "p99.9")];

    public static Plot Of(IReadOnlyList<CaseRecord> cases)
    {
        var plot = PlotStyle.New("Latency over the arrival rate (open loop, from the intended start)", "requests/s answered", "latency (logarithmic)");
        var shown = cases.Where(found => Samples(found, MetricRecord.P50).Length > 0).OrderBy(found => Rate(found)).ToArray();
        for (var i = 0; i < s_lines.Length; i++)
        {
            var (metric, label) = s_lines[i];
            var xs = shown.Select(Rate).ToArray();
            var line = plot.Add.Scatter(xs, shown.Select(found => Math.Log10(Sample.Median(Samples(found, metric)))).ToArray());
            line.Color = PlotStyle.ColorOf(i);
            line.LineWidth = 2.5f;
            line.MarkerSize = 7;
            line.LegendText = label;
            foreach (var found in shown)
            {
                var samples = Samples(found, metric);
                var whisker = plot.Add.Line(Rate(found), Math.Log10(Sample.Quantile(samples, 0.25)), Rate(found), Math.Log10(Sample.Quantile(samples, 0.75)));
                whisker.Color = PlotStyle.ColorOf(i).WithAlpha(0.45);
                whisker.LineWidth = 5;
            }
        }

        var all = shown.SelectMany(found => s_lines.SelectMany(line => Samples(found, line.Metric))).ToArray();
        PlotStyle.Logarithmic(plot.Axes.Left, all.Min(), all.Max(), PlotStyle.Duration);
        plot.Axes.SetLimitsX(0, shown.Max(Rate) * 1.04);
        plot.ShowLegend(Edge.Right);
        return plot;
    }

    private static double Rate(CaseRecord found) => Sample.Median(Samples(found, MetricRecord.RequestsPerSecond));

    private static double[] Samples(CaseRecord found, string metric) => [.. found.Metrics[metric].Samples.Where(value => double.IsFinite(value) && value > 0)];
}
