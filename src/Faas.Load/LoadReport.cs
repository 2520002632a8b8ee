using System.Globalization;
using System.Text;
using System.Text.Json;
using HdrHistogram;

namespace Faas.Load;

/// <summary>Writes a <see cref="LoadResult"/> for people or for programs.</summary>
public static class LoadReport
{
    private static readonly (string Name, double Percentile)[] s_percentiles =
    [
        ("p50", 50), ("p75", 75), ("p90", 90), ("p99", 99), ("p99.9", 99.9),
    ];

    public static void WriteText(TextWriter writer, LoadOptions options, LoadResult result)
    {
        var text = new StringBuilder();
        var loop = options.Rate is { } rate ? Invariant($"open loop at {rate:N0}/s") : "closed loop";
        text.AppendLine(Invariant($"{options.Function} on {options.Ingress ?? options.Server.ToString()}  {options.Connections:N0} connection{(options.Connections == 1 ? "" : "s")}, {loop}"));
        if (result.EndedEarly is not null)
        {
            text.AppendLine(Invariant($"ended early: {result.EndedEarly}"));
        }

        text.AppendLine();
        text.AppendLine(Invariant($"  requests   {result.Succeeded + result.Failed:N0} in {result.Elapsed.TotalSeconds:F2} s, {result.Failed:N0} failed"));
        text.AppendLine(Invariant($"  rate       {result.RequestsPerSecond:N0} requests/s"));
        text.AppendLine(Invariant($"  bytes      {result.BytesReceived:N0} received, {result.BytesSent:N0} sent"));
        if (result.Succeeded > 0)
        {
            text.AppendLine();
            text.AppendLine("  latency");
            foreach (var (name, nanoseconds) in Latencies(result))
            {
                text.AppendLine(Invariant($"    {name,-6}{Duration(nanoseconds),12}"));
            }

            text.AppendLine(Invariant($"    {"count",-6}{result.Latency.TotalCount,12:N0}"));
        }

        if (result.ByStatus.Count > 0)
        {
            text.AppendLine();
            text.AppendLine("  status");
            foreach (var (status, count) in result.ByStatus)
            {
                text.AppendLine(Invariant($"    {status,-6}{count,12:N0}"));
            }
        }

        if (result.ByError.Count > 0)
        {
            text.AppendLine();
            text.AppendLine("  errors");
            foreach (var (code, count) in result.ByError)
            {
                text.AppendLine(Invariant($"    {code,-20}{count,10:N0}"));
            }
        }

        writer.Write(text);
    }

    public static void WriteJson(TextWriter writer, LoadOptions options, LoadResult result)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteBoolean("ok", result.Failed == 0 && result.Succeeded > 0);
            json.WriteString("function", options.Function);
            json.WriteString("server", options.Ingress ?? options.Server.ToString());
            json.WriteNumber("connections", options.Connections);
            if (options.Rate is { } rate)
            {
                json.WriteNumber("rate", rate);
            }

            if (result.EndedEarly is not null)
            {
                json.WriteString("endedEarly", result.EndedEarly);
            }

            json.WriteNumber("succeeded", result.Succeeded);
            json.WriteNumber("failed", result.Failed);
            json.WriteNumber("seconds", Math.Round(result.Elapsed.TotalSeconds, 6));
            json.WriteNumber("requestsPerSecond", Math.Round(result.RequestsPerSecond, 1));
            json.WriteNumber("bytesReceived", result.BytesReceived);
            json.WriteNumber("bytesSent", result.BytesSent);
            json.WriteStartObject("latencyUs");
            foreach (var (name, nanoseconds) in Latencies(result))
            {
                json.WriteNumber(name, Math.Round(nanoseconds / 1000, 1));
            }

            json.WriteEndObject();
            WriteCounts(json, "status", result.ByStatus.Select(entry => (entry.Key.ToString(CultureInfo.InvariantCulture), entry.Value)));
            WriteCounts(json, "errors", result.ByError.Select(entry => (entry.Key, entry.Value)));
            json.WriteEndObject();
        }

        writer.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static IEnumerable<(string Name, double Nanoseconds)> Latencies(LoadResult result)
    {
        var latency = result.Latency;
        if (latency.TotalCount == 0)
        {
            yield break;
        }

        yield return ("min", latency.GetValueAtPercentile(0));
        yield return ("mean", latency.GetMean());
        foreach (var (name, percentile) in s_percentiles)
        {
            yield return (name, latency.GetValueAtPercentile(percentile));
        }

        yield return ("max", latency.GetMaxValue());
    }

    private static void WriteCounts(Utf8JsonWriter json, string name, IEnumerable<(string Key, long Count)> counts)
    {
        json.WriteStartObject(name);
        foreach (var (key, count) in counts)
        {
            json.WriteNumber(key, count);
        }

        json.WriteEndObject();
    }

    private static string Duration(double nanoseconds) => nanoseconds switch
    {
        < 1e6 => Invariant($"{nanoseconds / 1e3:F1} us"),
        < 1e9 => Invariant($"{nanoseconds / 1e6:F2} ms"),
        _ => Invariant($"{nanoseconds / 1e9:F2} s"),
    };

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
