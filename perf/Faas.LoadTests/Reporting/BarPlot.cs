using Faas.PerfCompare.Record;
using Faas.PerfCompare.Statistics;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Faas.LoadTests.Reporting;

/// <summary>One bar a series: the median, the quartiles as a whisker, each repetition as a dot, the ratio to the baseline in words.</summary>
internal static class BarPlot
{
    private const double LogarithmicFrom = 30; // times the lowest: below, the small bars can still be read

    public static Plot Of(string title, string figure, IReadOnlyList<CaseRecord> cases)
    {
        var plot = PlotStyle.New(title, "", Axis(figure));
        var medians = cases.Select(found => Sample.Median([.. found.Metrics[figure].Samples.Where(double.IsFinite)])).Where(double.IsFinite).ToArray();
        var isLogarithmic = medians.Length > 0 && medians.Min() > 0 && medians.Max() > LogarithmicFrom * medians.Min();
        var floor = isLogarithmic ? Math.Log10(medians.Min()) - 0.5 : 0; // half a decade of bar under the smallest
        double Place(double value) => isLogarithmic ? Math.Log10(value) : value;
        double highest = floor;
        for (var i = 0; i < cases.Count; i++)
        {
            var metric = cases[i].Metrics[figure];
            var samples = metric.Samples.Where(double.IsFinite).ToArray();
            if (samples.Length == 0)
            {
                continue;
            }

            var median = Sample.Median(samples);
            var bar = plot.Add.Bar(i, Place(median));
            bar.Bars[0].ValueBase = floor;
            bar.Bars[0].FillColor = PlotStyle.ColorOf(i).WithAlpha(0.85);
            bar.Bars[0].LineWidth = 0;
            bar.Bars[0].Size = 0.6;
            var whisker = plot.Add.Line(i, Place(Sample.Quantile(samples, 0.25)), i, Place(Sample.Quantile(samples, 0.75)));
            whisker.Color = PlotStyle.Dark;
            whisker.LineWidth = 3;
            var dots = plot.Add.Scatter(samples.Select((_, turn) => i + 0.18 * (samples.Length == 1 ? 0 : 2.0 * turn / (samples.Length - 1) - 1)).ToArray(), samples.Select(Place).ToArray());
            dots.LineWidth = 0;
            dots.MarkerSize = 5;
            dots.Color = PlotStyle.Dark.WithAlpha(0.55);
            var label = plot.Add.Text(Text(figure, median) + Ratio(metric, cases[i].BaselineName), i, Place(samples.Max()));
            label.LabelFontSize = 14;
            label.LabelFontColor = PlotStyle.Dark;
            label.LabelAlignment = Alignment.LowerCenter;
            label.OffsetY = -6;
            highest = Math.Max(highest, Place(samples.Max()));
        }

        plot.Axes.Bottom.TickGenerator = new NumericManual(
            [.. Enumerable.Range(0, cases.Count).Select(i => (double)i)],
            [.. cases.Select(found => found.Series!)]);
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
        if (isLogarithmic)
        {
            PlotStyle.Logarithmic(plot.Axes.Left, Math.Pow(10, floor), Math.Pow(10, highest), value => Text(figure, value));
        }
        else
        {
            plot.Axes.Left.TickGenerator = new NumericAutomatic { LabelFormatter = value => Text(figure, value) };
        }

        plot.Grid.XAxisStyle.IsVisible = false;
        plot.Axes.SetLimits(-0.6, cases.Count - 0.4, floor, floor + (highest - floor) * 1.18);
        return plot;
    }

    private static string Axis(string figure) => figure switch
    {
        MetricRecord.RequestsPerSecond => "answers a second",
        MetricRecord.P50 => "median latency",
        MetricRecord.P99 => "99th percentile of latency",
        MetricRecord.ColdStart => "request to answer",
        _ => figure,
    };

    private static string Text(string figure, double value) => figure switch
    {
        _ when value == 0 => "0",
        _ when figure.EndsWith("Us", StringComparison.Ordinal) => PlotStyle.Duration(value),
        _ when figure.EndsWith("Ms", StringComparison.Ordinal) => PlotStyle.Duration(value * 1000),
        _ => PlotStyle.Count(value),
    };

    private static string Ratio(MetricRecord metric, string? baseline)
        => metric.Baseline.Count == 0 || baseline is null
            ? ""
            : FormattableString.Invariant($"\n{Sample.Median(Sample.Ratios(metric.Samples, metric.Baseline)):0.00} × {baseline}");
}
