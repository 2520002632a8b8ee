using Faas.Supervisor.Invocations;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// Passes the output of an invocation on as the HTTP response that it is (CGI/1.1), as it is written. A failure before the first byte was
/// passed on is an error answer; after it the connection is cut, since nothing else can tell the client that the body is not whole.
/// </summary>
internal sealed class CgiSink(HttpContext context, Receipt receipt) : IInvocationSink
{
    private const string DefaultContentType = "text/plain; charset=utf-8";

    private bool _hasStarted;

    public OutputDelivery Delivery => OutputDelivery.Streamed;

    public async ValueTask TakeAsync(Invocation invocation, bool hasEnded)
    {
        if (!_hasStarted)
        {
            // What is whole already is answered as a whole, with its length and its times.
            if (hasEnded || FindHead(invocation, isAll: false) is not { } head)
            {
                return;
            }

            Start(invocation, head);
            receipt.WriteIdentity(context.Response, invocation);
            if (context.Response.SupportsTrailers())
            {
                // The times are not known yet: they follow the body where the client's protocol can carry them.
                context.Response.DeclareTrailer(Receipt.TimingHeader);
            }
        }

        await PassOnAsync(invocation);
    }

    public async ValueTask EndAsync(Invocation invocation)
    {
        if (_hasStarted)
        {
            if (invocation.End != InvocationEnd.Ok)
            {
                context.Abort();
            }
            else if (context.Response.SupportsTrailers())
            {
                context.Response.AppendTrailer(Receipt.TimingHeader, receipt.Timing(invocation));
            }

            return;
        }

        receipt.Write(context.Response, invocation);
        if (invocation.End != InvocationEnd.Ok)
        {
            await FunctionFailures.SendAsync(context, invocation);
            return;
        }

        var head = FindHead(invocation, isAll: true)!.Value;
        Start(invocation, head);
        context.Response.ContentLength = invocation.Output.Length;
        await PassOnAsync(invocation);
    }

    private static CgiHead? FindHead(Invocation invocation, bool isAll) =>
        invocation.PeekOutput(output => CgiHead.TryParse(output, isAll, out var head) ? head : (CgiHead?)null);

    private async ValueTask PassOnAsync(Invocation invocation)
    {
        var writer = context.Response.BodyWriter;
        if (invocation.TakeOutput(writer) > 0)
        {
            var flush = await writer.FlushAsync(context.RequestAborted);
            if (flush.IsCompleted)
            {
                invocation.Cancel();
            }
        }
    }

    private void Start(Invocation invocation, in CgiHead head)
    {
        _hasStarted = true;
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
        invocation.SkipOutput(head.LengthBytes);
    }
}
