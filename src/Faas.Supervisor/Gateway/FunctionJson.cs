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

        json.WriteStartArray("env"u8);
        foreach (var (name, _) in function.Environment)
        {
            // Names only: values are where people keep what nobody else should read.
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
    }
}
