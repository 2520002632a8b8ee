using Faas.LoadTests.Probes;
using Faas.PerfCompare.Record;
using Faas.Scenarios;
using ScottPlot;

namespace Faas.LoadTests.Reporting;

/// <summary>
/// Draws a run: bars over the series of a scenario, lines over the number it varies, the distribution of its latencies.
/// </summary>
internal static class Plots
{
    /// <summary>Writes PNG files into <paramref name="folder"/>; their names by scenario.</summary>
    public static ILookup<string, string> Write(string folder, RunRecord run)
    {
        var written = new List<(string Scenario, string File)>();
        foreach (var group in run.Cases.GroupBy(found => found.Scenario))
        {
            foreach (var (name, plot) in Draw(group.Key, [.. group]))
            {
                var file = $"{group.Key}-{name}.png";
                plot.SavePng(Path.Combine(folder, file), PlotStyle.WidthPixels, PlotStyle.HeightPixels);
                written.Add((group.Key, file));
            }
        }

        return written.ToLookup(entry => entry.Scenario, entry => entry.File);
    }

    private static IEnumerable<(string Name, Plot Plot)> Draw(string scenario, CaseRecord[] cases)
    {
        var known = ScenarioCatalog.All.FirstOrDefault(entry => entry.Name == scenario);
        var question = known?.Question ?? ProbeCatalog.All.FirstOrDefault(entry => entry.Name == scenario)?.Question ?? scenario;
        var figure = known?.Figure ?? cases[0].Metrics.Keys.First();
        var loads = cases.Where(found => found.Metrics.ContainsKey(MetricRecord.RequestsPerSecond)).ToArray();
        if (scenario == "rate" && loads.Length > 1)
        {
            yield return ("curve", RatePlot.Of(loads));
        }

        foreach (var group in cases.Where(found => found.Series is not null && found.Metrics.ContainsKey(figure)).GroupBy(GroupOf).Where(group => group.Count() > 1))
        {
            yield return (group.Key.Length == 0 ? "bars" : group.Key, BarPlot.Of(Title(question, group.Key), figure, [.. group]));
        }

        if (scenario != "rate" && loads.Length > 1 && loads.All(found => found.Series is null && found.X is not null))
        {
            yield return ("throughput", LinePlot.Of(question, known?.VariedNumber ?? "", loads));
        }

        foreach (var group in loads.Where(found => found.Curve.Count > 0).GroupBy(found => found.Series is null ? "" : GroupOf(found)))
        {
            yield return (group.Key.Length == 0 ? "latency" : group.Key + "-latency", DistributionPlot.Of(Title(scenario + ": latency distribution", group.Key), [.. group]));
        }
    }

    private static string Title(string text, string group) => group.Length == 0 ? text : $"{text} ({group})";

    /// <summary><c>heavy</c> of <c>strategy/heavy/RR</c>, <c>c64</c> of <c>transport/unix/c64</c>: cases that differ in their series only are compared with each other.</summary>
    private static string GroupOf(CaseRecord found)
    {
        var parts = found.Id.Split('/');
        return parts.Contains(found.Series) ? string.Join('-', parts.Skip(1).Where(part => part != found.Series)) : "";
    }
}
