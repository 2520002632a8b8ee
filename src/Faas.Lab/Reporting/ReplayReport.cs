using System.Globalization;
using System.Text;
using System.Text.Json;
using Faas.Lab.Replaying;
using Faas.Supervisor.Recording.Traces;

namespace Faas.Lab.Reporting;

/// <summary>What <c>minifaas lab replay</c> says.</summary>
internal static class ReplayReport
{
    public const string Recorded = "recorded";

    public static string Describe(Trace trace)
    {
        var seconds = trace.Length.TotalSeconds;
        var notes = (trace.IsComplete ? "" : "; the recording broke off")
            + (trace.Dropped > 0 ? string.Create(CultureInfo.InvariantCulture, $"; {trace.Dropped:N0} more came too fast to be written down") : "");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{trace.Invocations.Length:N0} invocations of {trace.Functions.Count:N0} function{(trace.Functions.Count == 1 ? "" : "s")} in {seconds:N1} s, {(seconds > 0 ? trace.Invocations.Length / seconds : 0):N0}/s{notes}");
    }

    /// <summary>Recorded first, then the replays.</summary>
    public static List<(string Label, ReplayFigures Figures)> Rows(ReplayFigures? recorded, IEnumerable<ReplayFigures> replays)
    {
        List<(string, ReplayFigures)> rows = [];
        if (recorded is not null)
        {
            rows.Add((string.Create(CultureInfo.InvariantCulture, $"{Recorded}: {recorded.Strategy}, {recorded.Workers} workers"), recorded));
        }

        rows.AddRange(replays.Select(figures => (string.Create(CultureInfo.InvariantCulture, $"{figures.Strategy}, {figures.Workers} workers"), figures)));
        return rows;
    }

    /// <summary>Over the columns of <see cref="Cells"/>.</summary>
    public static string[] Headings() => ["", .. ReplayMetric.All.Select(metric => metric.Heading)];

    /// <summary>Rows as a table shows them.</summary>
    public static string[][] Cells(IEnumerable<(string Label, ReplayFigures Figures)> rows) =>
        [.. rows.Select(row => (string[])[row.Label, .. ReplayMetric.All.Select(metric => metric.Show(row.Figures))])];

    public static void WriteJson(TextWriter writer, Trace trace, ReplayFigures? recorded, IEnumerable<ReplayFigures> replays, TimeSpan took)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteBoolean("ok", true);
            json.WriteNumber("invocations", trace.Invocations.Length);
            json.WriteNumber("functions", trace.Functions.Count);
            json.WriteNumber("seconds", Math.Round(trace.Length.TotalSeconds, 6));
            json.WriteNumber("dropped", trace.Dropped);
            json.WriteBoolean("complete", trace.IsComplete);
            json.WriteNumber("replayMs", Math.Round(took.TotalMilliseconds, 1));
            if (recorded is not null)
            {
                json.WritePropertyName(Recorded);
                WriteFigures(json, recorded);
            }

            json.WriteStartArray("replays");
            foreach (var figures in replays)
            {
                WriteFigures(json, figures);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        writer.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static void WriteFigures(Utf8JsonWriter json, ReplayFigures figures)
    {
        json.WriteStartObject();
        json.WriteString("strategy", figures.Strategy);
        json.WriteNumber("workers", figures.Workers);
        json.WriteNumber("completed", figures.Completed);
        foreach (var metric in ReplayMetric.All)
        {
            var value = metric.Value(figures);
            if (double.IsFinite(value))
            {
                json.WriteNumber(metric.Name, Math.Round(value, 6));
            }
        }

        json.WriteEndObject();
    }
}
