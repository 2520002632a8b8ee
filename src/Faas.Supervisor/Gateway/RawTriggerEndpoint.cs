using Faas.Protocol.Contracts;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// <c>ANY /fn/NAME/PATH?QUERY</c>: the function sees a CGI/1.1 request and writes the response, which is passed on as it
/// is written. A failure before the first byte was passed on is an error answer; after it the connection is cut, since
/// nothing else can tell the client that the body is not whole.
/// </summary>
internal sealed class RawTriggerEndpoint(FunctionStore store, Invoker invoker)
{
    private const string Prefix = "/fn/";
    private const string DefaultContentType = "text/plain; charset=utf-8";
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
            invoker.NoteFromStore(function);
            await SendHtmlAsync(context, html);
            return;
        }

        var trace = RequestTrace.Begin(context, function);
        var environment = CgiEnvironment.Of(context, function, slash < 0 ? "" : path[slash..], body.Memory.Length);
        environment.Add(trace);
        var request = new InvocationRequest(
            function, body.Memory, environment.Strings, 0, environment.Count, OutputDelivery.Streamed, trace.Span);
        var pending = await invoker.StartAsync(context, request);
        if (pending is null)
        {
            return;
        }

        try
        {
            await AnswerAsync(context, pending);
        }
        finally
        {
            invoker.End(pending);
        }
    }

    private static async Task SendHtmlAsync(HttpContext context, ReadOnlyMemory<byte> html)
    {
        Receipt.WriteFromStore(context.Response);
        context.Response.ContentType = HtmlContentType;
        context.Response.ContentLength = html.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(html, context.RequestAborted);
        }
    }

    private async Task AnswerAsync(HttpContext context, PendingInvocation pending)
    {
        CgiHead head;
        bool ended;
        while (true)
        {
            await Invoker.WaitForOutputAsync(context, pending);
            ended = pending.HasEnded;
            if (ended && pending.Status != InvocationStatus.Ok)
            {
                if (await invoker.TryAgainAsync(pending, context.RequestAborted))
                {
                    continue;
                }

                invoker.WriteReceipt(context, pending);
                await FunctionFailures.SendAsync(context, pending);
                return;
            }

            if (pending.PeekOutput(output => CgiHead.TryParse(output, ended, out var found) ? found : (CgiHead?)null) is { } whole)
            {
                head = whole;
                break;
            }
        }

        Start(context, pending, head, ended);
        var writer = context.Response.BodyWriter;
        pending.SkipOutput(head.LengthBytes);
        while (true)
        {
            var isLast = ended;
            if (pending.TakeOutput(writer) > 0)
            {
                var flush = await writer.FlushAsync(context.RequestAborted);
                if (flush.IsCompleted)
                {
                    pending.Cancel();
                }
            }

            if (isLast)
            {
                break;
            }

            await Invoker.WaitForOutputAsync(context, pending);
            ended = pending.HasEnded;
        }

        if (pending.Status != InvocationStatus.Ok)
        {
            context.Abort();
        }
        else if (context.Response.SupportsTrailers())
        {
            invoker.WriteTrailer(context, pending);
        }
    }

    private void Start(HttpContext context, PendingInvocation pending, in CgiHead head, bool ended)
    {
        var response = context.Response;
        var isRedirect = false;
        foreach (var (name, value) in head.Headers)
        {
            // The body is framed by the server: a length that turned out wrong would break the connection.
            if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase) &&
                !name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase) &&
                !name.Equals("Connection", StringComparison.OrdinalIgnoreCase))
            {
                response.Headers.Append(name, value);
                isRedirect |= name.Equals("Location", StringComparison.OrdinalIgnoreCase);
            }
        }

        // RFC 3875, 6.2.3: a Location without a status redirects.
        response.StatusCode = head.StatusCode ?? (isRedirect ? StatusCodes.Status302Found : StatusCodes.Status200OK);
        response.ContentType ??= DefaultContentType;
        if (ended)
        {
            invoker.WriteReceipt(context, pending);
            response.ContentLength = pending.Output.Length - head.LengthBytes;
        }
        else
        {
            // The times are not known yet: they follow the body where the client's protocol can carry them.
            Receipt.WriteIdentity(response, pending);
            if (response.SupportsTrailers())
            {
                response.DeclareTrailer(Receipt.TimingHeader);
            }
        }
    }
}
