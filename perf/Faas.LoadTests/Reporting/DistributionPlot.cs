using Faas.PerfCompare.Record;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Faas.LoadTests.Reporting;

/// <summary>Latency against percentile, the axis stretched towards 100 so that the tail can be read; the baseline dotted.</summary>
internal static class DistributionPlot
{
    private static readonly double[] s_percentiles = [0, 50, 90, 95, 99, 99.5, 99.9, 99.99];

    public static Plot Of(string title, IReadOnlyList<CaseRecord> cases)
    {
        var plot = PlotStyle.New(title, "percentile of requests", "latency (logarithmic)");
        var shown = cases.Where(found => found.Curve.Count > 0).ToArray();
        for (var i = 0; i < shown.Length; i++)
        {
            var own = Add(plot, shown[i].Curve, PlotStyle.ColorOf(i), 2.5f);
            own.LegendText = shown[i].Id[(shown[i].Scenario.Length + 1)..];
            if (shown[i].BaselineCurve.Count > 0)
            {
                var reference = Add(plot, shown[i].BaselineCurve, PlotStyle.ColorOf(i).WithAlpha(0.75), 1.5f);
                reference.LinePattern = LinePattern.Dotted;
                reference.LegendText = i == shown.Length - 1 ? $"dotted: {shown[i].BaselineName}" : "";
            }
        }

        var points = shown.SelectMany(found => Visible(found.Curve).Concat(Visible(found.BaselineCurve))).Select(point => point.Us).ToArray();
        PlotStyle.Logarithmic(plot.Axes.Left, points.Min(), points.Max(), PlotStyle.Duration);
        plot.Axes.Bottom.TickGenerator = new NumericManual([.. s_percentiles.Select(Nines)], [.. s_percentiles.Select(value => value.ToString(System.Globalization.CultureInfo.InvariantCulture) + " %")]);
        plot.Axes.SetLimitsX(0, Nines(99.99) + 0.05);
        plot.ShowLegend(Edge.Right);
        return plot;
    }

    private static ScottPlot.Plottables.Scatter Add(Plot plot, IReadOnlyList<CurvePoint> curve, Color color, float width)
    {
        var visible = Visible(curve).ToArray();
        var line = plot.Add.Scatter(visible.Select(point => Nines(point.Percentile)).ToArray(), visible.Select(point => Math.Log10(point.Us)).ToArray());
        line.Color = color;
        line.LineWidth = width;
        line.MarkerSize = 0;
        return line;
    }

    private static IEnumerable<CurvePoint> Visible(IReadOnlyList<CurvePoint> curve) => curve.Where(point => point.Percentile < 100 && point.Us > 0);

    private static double Nines(double percentile) => -Math.Log10(1 - percentile / 100);
}
