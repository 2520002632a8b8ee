using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace Faas.LoadTests.Reporting;

/// <summary>How every plot of a report looks: white, few lines, a title that says what is shown.</summary>
internal static class PlotStyle
{
    public const int WidthPixels = 960;
    public const int HeightPixels = 480;

    private static readonly string[] s_colors = ["#2563EB", "#E4572E", "#2A9D5C", "#8B5CF6", "#D99A00", "#0E9AA7", "#C2307B", "#5B6472"];

    public static Color Dark { get; } = Color.FromHex("#1F2937");

    public static Color Grey { get; } = Color.FromHex("#9CA3AF");

    /// <summary>The colour of the n-th thing shown; the first eight differ.</summary>
    public static Color ColorOf(int index) => Color.FromHex(s_colors[index % s_colors.Length]);

    public static Plot New(string title, string x, string y)
    {
        var plot = new Plot();
        plot.Title(title, 16);
        plot.XLabel(x, 14);
        plot.YLabel(y, 14);
        plot.Axes.Title.Label.ForeColor = Dark;
        foreach (var axis in (ReadOnlySpan<IAxis>)[plot.Axes.Left, plot.Axes.Bottom])
        {
            axis.Label.Bold = false;
            axis.Label.ForeColor = Dark;
            axis.TickLabelStyle.FontSize = 13;
            axis.TickLabelStyle.ForeColor = Dark;
            axis.FrameLineStyle.Color = Grey;
            axis.MajorTickStyle.Color = Grey;
            axis.MinorTickStyle.Color = Grey;
        }

        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Grid.MajorLineColor = Color.FromHex("#E5E7EB");
        plot.Legend.FontSize = 13;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        return plot;
    }

    /// <summary>The values of the axis are logarithms: labels at 1, 2 and 5 of each decade.</summary>
    public static void Logarithmic(IAxis axis, double low, double high, Func<double, string> label)
    {
        var ticks = new NumericManual();
        for (var decade = (int)Math.Floor(Math.Log10(low)); decade <= Math.Ceiling(Math.Log10(high)); decade++)
        {
            foreach (var digit in (ReadOnlySpan<int>)[1, 2, 5])
            {
                var value = digit * Math.Pow(10, decade);
                if (value >= low / 1.5 && value <= high * 1.5)
                {
                    ticks.AddMajor(Math.Log10(value), label(value));
                }
            }
        }

        axis.TickGenerator = ticks;
    }

    /// <summary>Microseconds in the unit that reads best, three digits.</summary>
    public static string Duration(double us) => us switch
    {
        < 1_000 => Digits(us) + " µs",
        < 1_000_000 => Digits(us / 1_000) + " ms",
        _ => Digits(us / 1_000_000) + " s",
    };

    public static string Count(double value) => value >= 10
        ? string.Create(CultureInfo.InvariantCulture, $"{value:N0}")
        : string.Create(CultureInfo.InvariantCulture, $"{value:0.##}");

    private static string Digits(double value) => value switch
    {
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };
}
