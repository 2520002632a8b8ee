using System.Buffers;
using System.Text.Json;

namespace Faas.Supervisor.Dashboard;

/// <summary>The feed's events (docs/OPERATIONS.md, "Dashboard"). Rates per second, durations in microseconds, null when nothing ended.</summary>
internal static class FeedJson
{
    /// <summary>One server-sent event with a JSON object.</summary>
    public static byte[] Event(ReadOnlySpan<byte> name, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        buffer.Write("event: "u8);
        buffer.Write(name);
        buffer.Write("\ndata: "u8);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        buffer.Write("\n\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Columns of equal length, oldest first.</summary>
    public static void WritePast(Utf8JsonWriter json, IReadOnlyCollection<FeedPoint> points)
    {
        WriteSamples(json, [.. points.Select(point => point.Sample)]);
        WriteColumn(json, "queued"u8, points, static (writer, point) => writer.WriteNumberValue(point.Queued));
        WriteColumn(json, "running"u8, points, static (writer, point) => writer.WriteNumberValue(point.Running));
    }

    /// <summary>Columns of equal length, oldest first; seconds without any call may be left out.</summary>
    public static void WriteSamples(Utf8JsonWriter json, IReadOnlyCollection<ActivitySample> samples)
    {
        WriteColumn(json, "time"u8, samples, static (writer, sample) => writer.WriteNumberValue(sample.UnixSeconds));
        WriteColumn(json, "rate"u8, samples, static (writer, sample) => writer.WriteRawValue(Rate(sample.CallsPerSecond)));
        WriteColumn(json, "failures"u8, samples, static (writer, sample) => writer.WriteRawValue(Rate(sample.FailuresPerSecond)));
        WriteColumn(json, "p50"u8, samples, static (writer, sample) => WriteDuration(writer, sample, sample.P50));
        WriteColumn(json, "p95"u8, samples, static (writer, sample) => WriteDuration(writer, sample, sample.P95));
        WriteColumn(json, "p99"u8, samples, static (writer, sample) => WriteDuration(writer, sample, sample.P99));
    }

    public static void WritePoint(Utf8JsonWriter json, in FeedPoint point)
    {
        json.WriteNumber("time"u8, point.Sample.UnixSeconds);
        WriteSample(json, point.Sample);
        json.WriteNumber("queued"u8, point.Queued);
        json.WriteNumber("running"u8, point.Running);
    }

    public static void WriteSample(Utf8JsonWriter json, in ActivitySample sample)
    {
        json.WritePropertyName("rate"u8);
        json.WriteRawValue(Rate(sample.CallsPerSecond));
        json.WritePropertyName("failures"u8);
        json.WriteRawValue(Rate(sample.FailuresPerSecond));
        json.WritePropertyName("p50"u8);
        WriteDuration(json, sample, sample.P50);
        json.WritePropertyName("p95"u8);
        WriteDuration(json, sample, sample.P95);
        json.WritePropertyName("p99"u8);
        WriteDuration(json, sample, sample.P99);
    }

    private static void WriteColumn<T>(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyCollection<T> rows, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (var row in rows)
        {
            write(json, row);
        }

        json.WriteEndArray();
    }

    private static void WriteDuration(Utf8JsonWriter json, in ActivitySample sample, uint microseconds)
    {
        // Refusals alone have no durations.
        if (sample.IsIdle || sample.CallsPerSecond == sample.FailuresPerSecond && microseconds == 0)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteNumberValue(microseconds);
        }
    }

    // One decimal: ticks are never exactly a second apart.
    private static string Rate(float perSecond) => perSecond.ToString("0.#", System.Globalization.CultureInfo.InvariantCulture);
}
