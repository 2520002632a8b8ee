using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// <c>ANY /fn/NAME/PATH?QUERY</c>: the function sees a CGI/1.1 request and writes the response, which is passed on as it
/// is written (<see cref="CgiSink"/>).
/// </summary>
internal sealed class RawTriggerEndpoint(FunctionStore store, InvocationRunner runner, Receipt receipt)
{
    private const string Prefix = "/fn/";
    private const string HtmlContentType = "text/html; charset=utf-8";

    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value![Prefix.Length..];
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var name = slash < 0 ? path : path[..slash];
        if (!store.TryPick(name, out var function))
        {
            await FunctionFailures.NotFoundAsync(context, name);
            return;
        }

        using var body = await RequestBody.ReadAsync(context.Request);
        if (function.TryGetHtml(out var html))
        {
            runner.NoteFromStore(function);
            await SendHtmlAsync(context, html);
            return;
        }

        var trace = RequestTrace.Begin(context, function);
        var environment = CgiEnvironment.Of(context, function, slash < 0 ? "" : path[slash..], body.Memory.Length);
        environment.Add(trace);
        var request = new InvocationRequest(
            function, body.Memory, environment.Strings, 0, environment.Count, trace.Span);
        await runner.RunAsync(request, new CgiSink(context, receipt), context.RequestAborted);
    }

    private async Task SendHtmlAsync(HttpContext context, ReadOnlyMemory<byte> html)
    {
        receipt.WriteFromStore(context.Response);
        context.Response.ContentType = HtmlContentType;
        context.Response.ContentLength = html.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(html, context.RequestAborted);
        }
    }
}
