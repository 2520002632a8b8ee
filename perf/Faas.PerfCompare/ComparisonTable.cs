using System.Globalization;

namespace Faas.PerfCompare;

/// <summary>Prints comparisons as a Markdown table.</summary>
internal static class ComparisonTable
{
    public static void Write(TextWriter writer, IEnumerable<Comparison> comparisons)
    {
        writer.WriteLine("| case | figure | before | after | cost after ÷ before | 95 % interval | p | verdict |");
        writer.WriteLine("| --- | --- | ---: | ---: | ---: | --- | ---: | --- |");
        foreach (var line in comparisons)
        {
            writer.WriteLine(line.Metric.Length == 0
                ? $"| {line.Case} | | | | | | | {line.Verdict} |"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {line.Case} | {line.Metric} | {Figure(line.Before)} | {Figure(line.After)} | {Cost(line)} | {Text(line.Verdict)} |"));
        }
    }

    /// <summary>A percentile that the driver does not tell.</summary>
    private static string Figure(double value) => double.IsNaN(value) ? "not known" : value.ToString("N1", CultureInfo.InvariantCulture);

    private static string Cost(Comparison line) => double.IsNaN(line.Before) || double.IsNaN(line.After)
        ? "| |"
        : string.Create(CultureInfo.InvariantCulture, $"{line.Cost.Ratio:F3} | {line.Cost.Low:F3} … {line.Cost.High:F3} | {line.PValue:F3}");

    private static string Text(Verdict verdict) => verdict switch
    {
        Verdict.Slower => "**slower**",
        Verdict.Informative => "",
        _ => verdict.ToString().ToLowerInvariant(),
    };
}
