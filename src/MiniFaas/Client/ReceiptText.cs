using System.Globalization;
using System.Net.Http.Headers;

namespace MiniFaas.Client;

/// <summary>The receipt headers of an invocation as a line: <c>worker 2 · queue 1 µs · send 38 µs · run 6 µs · total 61 µs · warm · RR</c>.</summary>
internal static class ReceiptText
{
    /// <returns>Null when there is no <c>Server-Timing</c> (W3C Server Timing).</returns>
    public static string? From(HttpResponseHeaders headers)
    {
        if (!headers.TryGetValues("Server-Timing", out IEnumerable<string>? timing))
        {
            return null;
        }

        var parts = new List<string>();
        if (headers.TryGetValues("X-Faas-Worker", out IEnumerable<string>? worker))
        {
            parts.Add("worker " + worker.First());
        }

        foreach (string metric in timing.SelectMany(line => line.Split(',')))
        {
            string[] fields = metric.Split(';', StringSplitOptions.TrimEntries);
            foreach (string field in fields.Skip(1))
            {
                if (field.StartsWith("desc=", StringComparison.Ordinal))
                {
                    parts.Add(field[5..].Trim('"'));
                }
                else if (field.StartsWith("dur=", StringComparison.Ordinal) && double.TryParse(field[4..], CultureInfo.InvariantCulture, out double milliseconds))
                {
                    parts.Add($"{fields[0]} {Time(milliseconds)}");
                }
            }
        }

        return string.Join(" · ", parts);
    }

    private static string Time(double milliseconds) => milliseconds switch
    {
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds * 1000:0} µs"),
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.0} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.00} s"),
    };
}
