using Faas.PerfCompare.Record;
using Faas.PerfCompare.Statistics;
using ScottPlot;

namespace Faas.LoadTests.Reporting;

/// <summary>Draws a run: distributions, curves over a number that a scenario varies, bars over its series.</summary>
internal static class Plots
{
    private const int WidthPixels = 900;
    private const int HeightPixels = 500;

    /// <summary>Writes PNG files into <paramref name="folder"/>; their names by scenario.</summary>
    public static ILookup<string, string> Write(string folder, RunRecord run)
    {
        var written = new List<(string Scenario, string File)>();
        foreach (var group in run.Cases.Where(found => found.Metrics.ContainsKey(MetricRecord.RequestsPerSecond)).GroupBy(found => found.Scenario))
        {
            var cases = group.ToArray();
            foreach (var (name, plot) in Draw(group.Key, cases))
            {
                var file = $"{group.Key}-{name}.png";
                plot.SavePng(Path.Combine(folder, file), WidthPixels, HeightPixels);
                written.Add((group.Key, file));
            }
        }

        return written.ToLookup(entry => entry.Scenario, entry => entry.File);
    }

    private static IEnumerable<(string Name, Plot Plot)> Draw(string scenario, CaseRecord[] cases)
    {
        if (cases.Any(found => found.Curve.Count > 0))
        {
            yield return ("latency", Distribution(scenario, cases));
        }

        if (scenario == "rate" && cases.Length > 1)
        {
            yield return ("curve", LatencyOverRate(cases));
        }
        else if (cases.All(found => found.Series is not null))
        {
            foreach (var load in cases.GroupBy(LoadOf).Where(group => group.Count() > 1))
            {
                yield return (load.Key + "throughput", Bars($"{scenario} {load.Key.TrimEnd('-')}: requests/s", MetricRecord.RequestsPerSecond, 1, [.. load]));
                yield return (load.Key + "p99", Bars($"{scenario} {load.Key.TrimEnd('-')}: 99th percentile, ms", MetricRecord.P99, 1e-3, [.. load]));
            }
        }
    }

    /// <summary>"heavy-" of "strategy/heavy/RR": cases of one load are compared with each other; empty when there is one load.</summary>
    private static string LoadOf(CaseRecord found)
    {
        var parts = found.Id.Split('/');
        return parts.Length > 2 && parts[^1] == found.Series ? parts[1] + "-" : "";
    }

    /// <summary>Latency against percentile, the axis stretched towards 100 so that the tail can be read: 1, 2, 3 nines.</summary>
    private static Plot Distribution(string scenario, CaseRecord[] cases)
    {
        var plot = New($"{scenario}: latency distribution", "percentile", "latency, µs (logarithmic)");
        foreach (var found in cases.Where(found => found.Curve.Count > 0))
        {
            var line = Add(plot, found.Curve, found.Id[(scenario.Length + 1)..]);
            if (found.BaselineCurve.Count > 0)
            {
                var reference = Add(plot, found.BaselineCurve, "");
                reference.Color = line.Color.WithAlpha(0.5);
                reference.LinePattern = LinePattern.Dotted;
            }
        }

        double[] percentiles = [0, 50, 90, 99, 99.9, 99.99];
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual([.. percentiles.Select(Nines)], ["0", "50", "90", "99", "99.9", "99.99"]);
        LogarithmicY(plot);
        plot.ShowLegend(Alignment.UpperLeft);
        return plot;

        static ScottPlot.Plottables.Scatter Add(Plot plot, IReadOnlyList<CurvePoint> curve, string label)
        {
            var shown = curve.Where(point => point.Percentile < 100 && point.Us > 0).ToArray();
            var line = plot.Add.Scatter(shown.Select(point => Nines(point.Percentile)).ToArray(), shown.Select(point => Math.Log10(point.Us)).ToArray());
            line.LegendText = label;
            line.LineWidth = 2;
            line.MarkerSize = 4;
            return line;
        }

        static double Nines(double percentile) => -Math.Log10(1 - percentile / 100);
    }

    private static Plot LatencyOverRate(CaseRecord[] cases)
    {
        var plot = New("latency over arrival rate (open loop, from the intended start)", "answers/s", "latency, µs (logarithmic)");
        foreach (var (metric, label) in (ReadOnlySpan<(string, string)>)[(MetricRecord.P50, "p50"), (MetricRecord.P99, "p99"), (MetricRecord.P999, "p99.9")])
        {
            var points = cases
                .Select(found => (Rate: Median(found, MetricRecord.RequestsPerSecond), Us: Median(found, metric)))
                .Where(point => point.Us > 0)
                .OrderBy(point => point.Rate)
                .ToArray();
            var line = plot.Add.Scatter(points.Select(point => point.Rate).ToArray(), points.Select(point => Math.Log10(point.Us)).ToArray());
            line.LegendText = label;
            line.LineWidth = 2;
        }

        LogarithmicY(plot);
        plot.ShowLegend(Alignment.UpperLeft);
        return plot;
    }

    private static Plot Bars(string title, string metric, double scale, CaseRecord[] cases)
    {
        var plot = New(title, "", "");
        for (var i = 0; i < cases.Length; i++)
        {
            var samples = cases[i].Metrics[metric].Samples.Where(double.IsFinite).Select(value => value * scale).ToArray();
            var median = samples.Length == 0 ? 0 : Sample.Median(samples);
            var bar = plot.Add.Bar(i, median);
            bar.Bars[0].Error = samples.Length == 0 ? 0 : Math.Min(median, (Sample.Quantile(samples, 0.75) - Sample.Quantile(samples, 0.25)) / 2);
        }

        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            [.. Enumerable.Range(0, cases.Length).Select(i => (double)i)],
            [.. cases.Select(found => found.Series!)]);
        plot.Axes.Margins(bottom: 0);
        return plot;
    }

    private static double Median(CaseRecord found, string metric) => Sample.Median([.. found.Metrics[metric].Samples]);

    private static Plot New(string title, string x, string y)
    {
        var plot = new Plot();
        plot.Title(title);
        plot.XLabel(x);
        plot.YLabel(y);
        return plot;
    }

    private static void LogarithmicY(Plot plot)
        => plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
        {
            IntegerTicksOnly = true,
            LabelFormatter = exponent => Math.Pow(10, exponent).ToString("N0", System.Globalization.CultureInfo.InvariantCulture),
        };
}
