using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Faas.Supervisor.AsyncInvocations;

namespace Faas.Supervisor.Gateway;

/// <summary>An asynchronous invocation as the API shows it.</summary>
internal static class AsyncInvocationJson
{
    /// <summary>One object with all of it: the answer of <c>GET /invocation/ID</c>, and what callbacks are sent.</summary>
    public static byte[] Format(AsyncInvocation invocation)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Answers.JsonOptions))
        {
            json.WriteStartObject();
            json.WriteBoolean("ok"u8, true);
            Write(json, invocation);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static void Write(Utf8JsonWriter json, AsyncInvocation invocation)
    {
        WriteSummary(json, invocation);
        if (invocation.Output is { } output)
        {
            if (Utf8.IsValid(output))
            {
                json.WriteString("output"u8, output);
            }
            else
            {
                json.WriteBase64String("outputBase64"u8, output);
            }
        }

        json.WriteStartArray("history"u8);
        foreach (var attempt in invocation.History)
        {
            json.WriteStartObject();
            json.WriteNumber("attempt"u8, attempt.Number);
            WriteTime(json, "started", attempt.Started);
            WriteTime(json, "ended", attempt.Ended);
            WriteText(json, "error", attempt.Error);
            WriteText(json, "invocation", attempt.Invocation);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Without output and history: a row of <c>GET /invocations</c>.</summary>
    public static void WriteSummary(Utf8JsonWriter json, AsyncInvocation invocation)
    {
        json.WriteString("invocation"u8, invocation.Id.ToString());
        json.WriteString("state"u8, AsyncInvocationStates.NameOf(invocation.State));
        json.WriteString("function"u8, invocation.Function);
        json.WriteString("id"u8, invocation.Version);
        json.WriteString("trigger"u8, invocation.IsTimed ? "schedule" : "http");
        json.WriteNumber("attempts"u8, invocation.Attempts);
        json.WriteNumber("retries"u8, invocation.Retries);
        WriteTime(json, "accepted", invocation.Accepted);
        WriteTime(json, "due", invocation.Due);
        WriteTime(json, "ended", invocation.Ended);
        WriteText(json, "error", invocation.Error);
        WriteText(json, "message", invocation.Message);
        if (invocation.ExitCode is { } exitCode)
        {
            json.WriteNumber("exitCode"u8, exitCode);
        }

        if (invocation.Callback is { } callback)
        {
            json.WriteString("callback"u8, callback);
            WriteText(json, "callbackState", invocation.CallbackState switch
            {
                CallbackState.Due => "due",
                CallbackState.Delivered => "delivered",
                CallbackState.GivenUp => "given_up",
                _ => null,
            });
        }
    }

    public static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } known)
        {
            json.WriteString(name, known.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }
}
