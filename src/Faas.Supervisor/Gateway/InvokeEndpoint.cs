using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;

namespace Faas.Supervisor.Gateway;

/// <summary><c>POST /invoke?fn=NAME_OR_ID[&amp;arg=…]</c>: the body is the function's input, its output comes back as JSON.</summary>
internal sealed class InvokeEndpoint(FunctionStore store, InvocationRunner runner, Receipt receipt, AsyncInvokeEndpoint asynchronous)
{
    public async Task HandleAsync(HttpContext context)
    {
        var parameters = InvokeParameters.Parse(context.Request.QueryString, out var problem);
        if (problem is not null)
        {
            await Answers.FailAsync(context, StatusCodes.Status400BadRequest, ErrorCodes.BadRequest, problem);
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
            if (html.Length > Offload.LargeAnswerBytes)
            {
                await Offload.ThreadPoolAsync();
            }

            receipt.WriteFromStore(context.Response);
            runner.NoteFromStore(function);
            await Answers.SendAsync(context, StatusCodes.Status200OK, html, static (json, content) => JsonSink.WriteOutput(json, content.Span));
            return;
        }

        var trace = RequestTrace.Begin(context, function);
        var strings = parameters.Strings;
        var environmentCount = trace.AddTo(ref strings);
        var request = new InvocationRequest(
            function, body.Memory, strings?.WrittenMemory ?? default, parameters.ArgumentCount, environmentCount, Span: trace.Span);
        await runner.RunAsync(request, new JsonSink(context, receipt), context.RequestAborted);
    }
}
