using Faas.PerfCompare.Record;
using Faas.PerfCompare.Statistics;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Faas.LoadTests.Reporting;

/// <summary>Requests/s over the one number a scenario varies, beside the baseline; both axes logarithmic.</summary>
internal static class LinePlot
{
    public static Plot Of(string title, string x, IReadOnlyList<CaseRecord> cases)
    {
        var plot = PlotStyle.New(title, x, "answers a second (logarithmic)");
        var shown = cases.Where(found => found.X is not null).OrderBy(found => found.X).ToArray();
        var values = Add(plot, shown, metric => metric.Samples, PlotStyle.ColorOf(0), "MiniFaas");
        if (shown.All(found => found.Metrics[MetricRecord.RequestsPerSecond].Baseline.Count > 0))
        {
            values = [.. values, .. Add(plot, shown, metric => metric.Baseline, PlotStyle.Grey, shown[0].BaselineName!)];
        }

        PlotStyle.Logarithmic(plot.Axes.Left, values.Min(), values.Max(), PlotStyle.Count);
        plot.Axes.Bottom.TickGenerator = new NumericManual([.. shown.Select(Place)], [.. shown.Select(found => Label(found.X!.Value))]);
        plot.ShowLegend(Edge.Right);
        return plot;
    }

    private static double[] Add(Plot plot, CaseRecord[] cases, Func<MetricRecord, IReadOnlyList<double>> samples, Color color, string label)
    {
        var medians = cases.Select(found => Sample.Median([.. samples(found.Metrics[MetricRecord.RequestsPerSecond])])).ToArray();
        var line = plot.Add.Scatter(cases.Select(Place).ToArray(), medians.Select(Math.Log10).ToArray());
        line.Color = color;
        line.LineWidth = 2.5f;
        line.MarkerSize = 7;
        line.LegendText = label;
        foreach (var found in cases)
        {
            var all = samples(found.Metrics[MetricRecord.RequestsPerSecond]);
            var whisker = plot.Add.Line(Place(found), Math.Log10(Sample.Quantile([.. all], 0.25)), Place(found), Math.Log10(Sample.Quantile([.. all], 0.75)));
            whisker.Color = color.WithAlpha(0.45);
            whisker.LineWidth = 6;
        }

        return medians;
    }

    private static double Place(CaseRecord found) => Math.Log10(found.X!.Value + 1); // + 1: a payload may be empty

    private static string Label(double value) => value switch
    {
        >= 1024 * 1024 => PlotStyle.Count(value / 1024 / 1024) + " Mi",
        >= 1024 => PlotStyle.Count(value / 1024) + " Ki",
        _ => PlotStyle.Count(value),
    };
}
