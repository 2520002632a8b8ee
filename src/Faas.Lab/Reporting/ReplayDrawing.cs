using System.Globalization;
using System.Text;
using Faas.Lab.Replaying;

namespace Faas.Lab.Reporting;

/// <summary>
/// Replays as one SVG picture: a row a strategy, a column of bars a figure, each column to its own scale. Drawn by hand: a plotting library
/// would bring its native renderer into every installation.
/// </summary>
internal static class ReplayDrawing
{
    private const int LabelWidth = 190;
    private const int ColumnWidth = 170;
    private const int BarWidth = 90;
    private const int RowHeight = 22;
    private const int HeadHeight = 64;
    private const int Margin = 16;

    // Okabe and Ito's palette, which colour-blind eyes tell apart; grey is what was recorded.
    private static readonly string[] s_colours = ["#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9", "#cc79a7"];

    public static string Create(string title, IReadOnlyList<(string Label, ReplayFigures Figures)> rows)
    {
        var metrics = ReplayMetric.All.Where(metric => metric.IsDrawn).ToArray();
        var width = LabelWidth + (metrics.Length * ColumnWidth) + (2 * Margin);
        var height = HeadHeight + (rows.Count * RowHeight) + Margin;
        var strategies = rows.Select(row => row.Figures.Strategy).Distinct().ToList();
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="system-ui, sans-serif" font-size="12">""");
        svg.Append(CultureInfo.InvariantCulture, $"""<rect width="{width}" height="{height}" fill="#fff"/>""");
        Text(svg, Margin, 26, title, """font-size="15" font-weight="600" """);
        for (var column = 0; column < metrics.Length; column++)
        {
            var x = Margin + LabelWidth + (column * ColumnWidth);
            Text(svg, x, HeadHeight - 10, metrics[column].Heading, """font-weight="600" """);
            var most = rows.Max(row => metrics[column].Value(row.Figures) is var value && double.IsFinite(value) ? value : 0);
            for (var row = 0; row < rows.Count; row++)
            {
                var figures = rows[row].Figures;
                var value = metrics[column].Value(figures);
                var length = most > 0 && double.IsFinite(value) ? value / most * BarWidth : 0;
                var y = HeadHeight + (row * RowHeight);
                var colour = rows[row].Label.StartsWith(ReplayReport.Recorded, StringComparison.Ordinal) ? "#999999" : s_colours[strategies.IndexOf(figures.Strategy) % s_colours.Length];
                svg.Append(CultureInfo.InvariantCulture, $"""<rect x="{x}" y="{y}" width="{length:F1}" height="{RowHeight - 6}" fill="{colour}"/>""");
                Text(svg, x + (int)length + 4, y + 12, metrics[column].Show(figures), """fill="#333" """);
            }
        }

        for (var row = 0; row < rows.Count; row++)
        {
            Text(svg, Margin, HeadHeight + (row * RowHeight) + 12, rows[row].Label, "");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Text(StringBuilder svg, int x, int y, string text, string attributes) =>
        svg.Append(CultureInfo.InvariantCulture, $"""<text x="{x}" y="{y}" {attributes}>{System.Net.WebUtility.HtmlEncode(text)}</text>""");
}
