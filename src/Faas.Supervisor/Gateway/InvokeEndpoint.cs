using System.Text.Json;
using System.Text.Unicode;
using Faas.Protocol.Contracts;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Gateway;

/// <summary><c>POST /invoke?fn=NAME_OR_ID[&amp;arg=…]</c>: the body is the function's input, its output comes back as JSON.</summary>
internal sealed class InvokeEndpoint(FunctionStore store, Invoker invoker, AsyncInvokeEndpoint asynchronous)
{
    public async Task HandleAsync(HttpContext context)
    {
        var parameters = InvokeParameters.Parse(context.Request.QueryString);
        if (parameters.Function.IsEmpty)
        {
            await Answers.FailAsync(
                context, StatusCodes.Status400BadRequest, ErrorCodes.BadRequest, "say which function: /invoke?fn=NAME");
            return;
        }

        if (!store.TryPick(parameters.Function.Span, out var function))
        {
            await FunctionFailures.NotFoundAsync(context, parameters.Function.ToString());
            return;
        }

        using var body = await RequestBody.ReadAsync(context.Request);
        if (parameters.IsAsync)
        {
            await asynchronous.AcceptAsync(context, function, parameters, body.Memory);
            return;
        }

        if (function.TryGetHtml(out var html))
        {
            Receipt.WriteFromStore(context.Response);
            invoker.NoteFromStore(function);
            await Answers.SendAsync(context, StatusCodes.Status200OK, html, static (json, content) => WriteOutput(json, content.Span));
            return;
        }

        var trace = RequestTrace.Begin(context, function);
        var strings = parameters.Strings;
        var environmentCount = trace.AddTo(ref strings);
        var request = new InvocationRequest(
            function, body.Memory, strings?.WrittenMemory ?? default, parameters.ArgumentCount, environmentCount, Span: trace.Span);
        var pending = await invoker.StartAsync(context, request);
        if (pending is null)
        {
            return;
        }

        try
        {
            await invoker.WaitForEndAsync(context, pending);
            if (pending.Output.Length > Offload.LargeAnswerBytes)
            {
                await Offload.ThreadPoolAsync();
            }

            invoker.WriteReceipt(context, pending);
            if (pending.Status == InvocationStatus.Ok)
            {
                await Answers.SendAsync(
                    context, StatusCodes.Status200OK, pending, static (json, done) => WriteOutput(json, done.Output.Span));
            }
            else
            {
                await FunctionFailures.SendAsync(context, pending);
            }
        }
        finally
        {
            invoker.End(pending);
        }
    }

    private static void WriteOutput(Utf8JsonWriter json, ReadOnlySpan<byte> output)
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
}
