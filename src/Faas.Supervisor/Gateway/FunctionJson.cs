using System.Text.Json;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Gateway;

/// <summary>A function as the API shows it.</summary>
internal static class FunctionJson
{
    /// <summary>Who it is: the properties of a deploy's answer and of a row of <c>/functions</c>.</summary>
    public static void WriteIdentity(Utf8JsonWriter json, FunctionVersion function)
    {
        json.WriteString("id"u8, function.Id);
        json.WriteString("name"u8, function.Name);
        json.WriteString("lang"u8, function.Language);
        json.WriteBoolean("wasm"u8, function.IsWasm);
        json.WriteNumber("version"u8, function.Version);
        json.WriteNumber("bytes"u8, function.SizeBytes);
        json.WriteNumber("compileMs"u8, function.CompileMs);
    }

    /// <summary>Nothing when it has none.</summary>
    public static void WriteLabels(Utf8JsonWriter json, FunctionVersion function)
    {
        if (function.Labels.Count == 0)
        {
            return;
        }

        json.WriteStartObject("labels"u8);
        foreach (var (key, value) in function.Labels.OrderBy(label => label.Key, StringComparer.Ordinal))
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    /// <summary>When it runs by itself.</summary>
    public static void WriteSchedule(Utf8JsonWriter json, FunctionSchedule schedule)
    {
        json.WriteString("schedule"u8, schedule.Expression);
        json.WriteString("timezone"u8, schedule.TimeZone);
        json.WriteString("overlap"u8, schedule.AllowsOverlap ? "allow" : "skip");
    }

    /// <summary>How it may run.</summary>
    public static void WriteSettings(Utf8JsonWriter json, FunctionVersion function)
    {
        json.WriteNumber("created"u8, function.CreatedUnixSeconds);
        json.WriteNumber("timeoutMs"u8, (long)function.Limits.Timeout.TotalMilliseconds);
        json.WriteNumber("memoryBytes"u8, function.Limits.MemoryBytes);
        json.WriteNumber("outputBytes"u8, function.Limits.OutputBytes);
        json.WriteBoolean("idempotent"u8, function.Idempotent);
        json.WriteNumber("retries"u8, function.Retries);
        if (function.Concurrency is { } concurrency)
        {
            json.WriteNumber("concurrency"u8, concurrency);
        }

        if (function.Backend is { } backend)
        {
            json.WriteString("backend"u8, backend);
        }

        if (function.Schedule is { } schedule)
        {
            WriteSchedule(json, schedule);
        }

        WriteLabels(json, function);
        json.WriteStartArray("secrets"u8);
        foreach (var name in function.Secrets)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteStartArray("env"u8);
        foreach (var (name, _) in function.Environment)
        {
            // Names only: values are where people keep what nobody else should read.
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
    }
}
