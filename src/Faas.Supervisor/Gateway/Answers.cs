using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Faas.Supervisor.Gateway;

/// <summary>Writes JSON answers: one buffer, one Content-Length, one write.</summary>
internal static class Answers
{
    private const string JsonContentType = "application/json";

    // The answer is JSON and labelled so: only what JSON itself demands is escaped.
    internal static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)? t_scratch;

    /// <summary>Sends one JSON object.</summary>
    /// <param name="context">The request to answer.</param>
    /// <param name="statusCode">HTTP status.</param>
    /// <param name="state">Handed to <paramref name="write"/>.</param>
    /// <param name="write">Writes the properties of the object.</param>
    public static async Task SendAsync<TState>(HttpContext context, int statusCode, TState state, Action<Utf8JsonWriter, TState> write)
    {
        var flush = Start(context, statusCode, state, write);
        await flush;
    }

    /// <summary>Sends <c>{"ok":false,…}</c>.</summary>
    /// <param name="context">The request to answer.</param>
    /// <param name="statusCode">HTTP status.</param>
    /// <param name="code">Stable code.</param>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="more">Writes further properties.</param>
    public static Task FailAsync(
        HttpContext context, int statusCode, string code, string message, Action<Utf8JsonWriter>? more = null) =>
        SendAsync(context, statusCode, (code, message, more), static (json, state) =>
        {
            json.WriteBoolean("ok"u8, false);
            json.WriteString("error"u8, state.code);
            json.WriteString("message"u8, state.message);
            state.more?.Invoke(json);
        });

    private static ValueTask<System.IO.Pipelines.FlushResult> Start<TState>(
        HttpContext context, int statusCode, TState state, Action<Utf8JsonWriter, TState> write)
    {
        var (buffer, json) = t_scratch ??= CreateScratch();
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        json.WriteStartObject();
        write(json, state);
        json.WriteEndObject();
        json.Flush();

        var response = context.Response;
        response.StatusCode = statusCode;
        response.ContentType = JsonContentType;
        response.ContentLength = buffer.WrittenCount;
        var flush = response.BodyWriter.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
        if (buffer.Capacity > MaxKeptBytes)
        {
            t_scratch = null;
        }

        return flush;
    }

    // A thread keeps what usual answers need; one large answer does not stay in memory for ever.
    private const int MaxKeptBytes = 256 * 1024;

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer) CreateScratch()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        return (buffer, new Utf8JsonWriter(buffer, JsonOptions));
    }
}
