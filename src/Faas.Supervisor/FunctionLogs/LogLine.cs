using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.FunctionLogs;

/// <summary>An entry as one line of JSON. Values of the function's environment and its secrets do not occur in it: people keep secrets there.</summary>
internal static class LogLine
{
    private const string Redacted = "***";

    // Shorter values ("1", "on", "dev") are no secrets, and taking them out would leave nothing readable.
    private const int LeastSecretChars = 4;

    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The line without its end.</summary>
    /// <param name="entry">What is to be told.</param>
    /// <param name="secrets">Values that must not be in it either.</param>
    public static byte[] Format(LogEntry entry, IReadOnlyList<string> secrets)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, s_options))
        {
            json.WriteStartObject();
            json.WriteString("time"u8, entry.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteString("id"u8, entry.Function.Id);
            json.WriteNumber("version"u8, entry.Function.Version);
            json.WriteString("status"u8, entry.Status);
            if (entry.Invocation is { } invocation)
            {
                json.WriteString("invocation"u8, invocation);
            }

            if (entry.Worker is { } worker)
            {
                json.WriteNumber("worker"u8, worker);
            }

            if (entry.ExitCode is { } exitCode)
            {
                json.WriteNumber("exitCode"u8, exitCode);
            }

            if (entry.Message is { } message)
            {
                json.WriteString("message"u8, Redact(message, entry.Function, secrets, isCut: false));
            }

            if (entry.Error.Length > 0)
            {
                json.WriteString("stderr"u8, Redact(Encoding.UTF8.GetString(entry.Error), entry.Function, secrets, entry.IsCut));
            }

            if (entry.IsCut)
            {
                json.WriteBoolean("cut"u8, true);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    internal static string Redact(string text, FunctionVersion function, IReadOnlyList<string> secrets, bool isCut)
    {
        // Longest first: a value that is part of another must not leave the rest of it.
        foreach (var value in function.Environment.Select(variable => variable.Value).Concat(secrets).OrderByDescending(value => value.Length))
        {
            if (value.Length < LeastSecretChars)
            {
                break;
            }

            // The cut may have gone through a value: then the text begins with its end.
            for (int length = value.Length - 1; isCut && length >= LeastSecretChars; length--)
            {
                if (text.AsSpan().StartsWith(value.AsSpan(value.Length - length), StringComparison.Ordinal))
                {
                    text = Redacted + text[length..];
                    break;
                }
            }

            text = text.Replace(value, Redacted, StringComparison.Ordinal);
        }

        return text;
    }
}
