using System.Text.Json;
using System.Text.Unicode;
using Faas.Supervisor.Invocations;

namespace Faas.Supervisor.Gateway;

/// <summary>Answers an invocation with one JSON object. A value, so that it costs a request no object.</summary>
internal readonly struct JsonSink(HttpContext context, Receipt receipt) : IInvocationSink
{
    public OutputDelivery Delivery => OutputDelivery.Whole;

    public ValueTask TakeAsync(Invocation invocation, bool hasEnded) => ValueTask.CompletedTask;

    public ValueTask EndAsync(Invocation invocation) =>
        invocation.Output.Length > Offload.LargeAnswerBytes ? AnswerElsewhereAsync(invocation) : new ValueTask(AnswerAsync(invocation));

    /// <summary>The properties of a good answer.</summary>
    public static void WriteOutput(Utf8JsonWriter json, ReadOnlySpan<byte> output)
    {
        json.WriteBoolean("ok"u8, true);
        if (Utf8.IsValid(output))
        {
            json.WriteString("output"u8, output);
        }
        else
        {
            json.WriteBase64String("outputBase64"u8, output);
        }
    }

    private async ValueTask AnswerElsewhereAsync(Invocation invocation)
    {
        await Offload.ThreadPoolAsync();
        await AnswerAsync(invocation);
    }

    private Task AnswerAsync(Invocation invocation)
    {
        receipt.Write(context.Response, invocation);
        return invocation.End == InvocationEnd.Ok
            ? Answers.SendAsync(context, StatusCodes.Status200OK, invocation, static (json, done) => WriteOutput(json, done.Output.Span))
            : FunctionFailures.SendAsync(context, invocation);
    }
}
