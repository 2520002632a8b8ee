using Faas.LoadTests.Soak;
using ScottPlot;

namespace Faas.LoadTests.Reporting;

/// <summary>What a server holds over a long run, each figure as a share of its largest.</summary>
internal static class SoakPlot
{
    public static void Write(string path, IReadOnlyList<SoakSample> samples)
    {
        var plot = PlotStyle.New("What the server holds under a mixed load", "minutes", "share of the largest");
        Add("processes", 0, sample => sample.Processes);
        Add("file descriptors", 1, sample => sample.Descriptors);
        Add("memory (PSS), MiB", 2, sample => sample.PssMib);
        plot.Axes.SetLimitsY(0, 1.05);
        plot.ShowLegend(Edge.Right);
        plot.SavePng(path, PlotStyle.WidthPixels, PlotStyle.HeightPixels);

        void Add(string name, int color, Func<SoakSample, double> figure)
        {
            var most = samples.Max(figure);
            var line = plot.Add.Scatter(samples.Select(s => s.Seconds / 60).ToArray(), samples.Select(s => figure(s) / most).ToArray());
            line.Color = PlotStyle.ColorOf(color);
            line.LineWidth = 2.5f;
            line.MarkerSize = 0;
            line.LegendText = FormattableString.Invariant($"{name} (at most {most:N0})");
        }
    }
}
