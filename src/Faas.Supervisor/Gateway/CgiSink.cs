using Faas.Supervisor.Invocations;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// Passes the output of an invocation on as the HTTP response that it is (CGI/1.1). Which answer a client gets depends on what the
/// function wrote and how it ended, never on which of its writes had arrived when:
/// <list type="bullet">
/// <item>With a head, content is passed on as it is written. A program that fails by itself afterwards has answered with that page; one
/// that is ended (by its deadline, a limit, a crash) leaves the page cut, since nothing else can tell the client that it is not whole.</item>
/// <item>Without one, output is kept back until the end or <see cref="CgiResponse.HeldBytes"/>: a failure before is an error answer, a later
/// one cuts the connection.</item>
/// <item>An answer that has no content (HEAD, 204, 205, 304) is sent at the end.</item>
/// </list>
/// </summary>
internal sealed class CgiSink(HttpContext context, Receipt receipt) : IInvocationSink
{
    // Known once nothing that follows can change it.
    private CgiHead? _head;
    private bool _hasStarted;
    private long _droppedBytes;

    public OutputDelivery Delivery => OutputDelivery.Streamed;

    public async ValueTask TakeAsync(Invocation invocation, bool hasEnded)
    {
        if (_hasStarted)
        {
            await PassOnAsync(invocation);
            return;
        }

        // What is whole already is answered as a whole, with its length and its times.
        if (hasEnded || (_head ??= Decide(invocation)) is not { } head)
        {
            return;
        }

        if (head.Unsendable is not null || !MayHaveContent(head))
        {
            Drop(invocation);
            if (head.Unsendable is not null)
            {
                invocation.Cancel();
            }

            return;
        }

        Start(invocation, head);
        receipt.WriteIdentity(context.Response, invocation);
        if (context.Response.SupportsTrailers())
        {
            // Times and end are not known yet: they follow the body where the client's protocol can carry them.
            context.Response.DeclareTrailer(Receipt.TimingHeader);
            context.Response.DeclareTrailer(Receipt.ErrorHeader);
        }

        await PassOnAsync(invocation);
    }

    public async ValueTask EndAsync(Invocation invocation)
    {
        if (_hasStarted)
        {
            End(invocation);
            return;
        }

        var head = _head ?? FindHead(invocation, isAll: true)!.Value;
        if (head.Unsendable is { } name)
        {
            receipt.Write(context.Response, invocation);
            await Answers.FailAsync(
                context,
                StatusCodes.Status502BadGateway,
                ErrorCodes.InvalidHeader,
                $"{invocation.Request.Function.Id} wrote the header '{name}', which HTTP cannot carry as it is: no control characters, and a status from 200 to 599");
            return;
        }

        var isGood = IsGood(invocation, head);
        if (!isGood && !(head.IsPresent && MayHaveContent(head)))
        {
            receipt.Write(context.Response, invocation);
            await FunctionFailures.SendAsync(context, invocation);
            return;
        }

        if (_head is null)
        {
            Start(invocation, head);
        }
        else
        {
            CgiResponse.Apply(context.Response, head); // its output was dropped as it came
        }

        receipt.Write(context.Response, invocation);
        if (invocation.End != InvocationEnd.Ok)
        {
            context.Response.Headers[Receipt.ErrorHeader] = InvocationEnds.CodeOf(invocation.End);
        }

        if (!MayHaveContent(head))
        {
            if (HttpMethods.IsHead(context.Request.Method) && CgiResponse.MayHaveContent(context.Response.StatusCode))
            {
                context.Response.ContentLength ??= _droppedBytes + invocation.Output.Length;
            }

            return;
        }

        context.Response.ContentLength = isGood ? invocation.Output.Length : null;
        await PassOnAsync(invocation);
        if (!isGood)
        {
            context.Abort();
        }
    }

    // A program that fails by itself has said what it had to say; whoever is ended in the middle has not.
    private static bool IsGood(Invocation invocation, in CgiHead head) =>
        invocation.End == InvocationEnd.Ok || (head.IsPresent && invocation.End is InvocationEnd.FunctionFailed or InvocationEnd.Trap);

    private static CgiHead? FindHead(Invocation invocation, bool isAll) =>
        invocation.PeekOutput(output => CgiHead.TryParse(output, isAll, out var head) ? head : (CgiHead?)null);

    // Null while what follows matters: to the head, or because a failure could still be told without one.
    private static CgiHead? Decide(Invocation invocation) => invocation.PeekOutput(static output =>
        CgiHead.TryParse(output, isAll: false, out var head) && (head.IsPresent || output.Length >= CgiResponse.HeldBytes) ? head : (CgiHead?)null);

    private bool MayHaveContent(in CgiHead head) =>
        CgiResponse.MayHaveContent(CgiResponse.StatusOf(head)) && !HttpMethods.IsHead(context.Request.Method);

    private void Start(Invocation invocation, in CgiHead head)
    {
        _hasStarted = true;
        _head = head;
        CgiResponse.Apply(context.Response, head);
        invocation.SkipOutput(head.LengthBytes);
    }

    private void End(Invocation invocation)
    {
        if (!IsGood(invocation, _head!.Value))
        {
            context.Abort();
        }
        else if (context.Response.SupportsTrailers())
        {
            context.Response.AppendTrailer(Receipt.TimingHeader, receipt.Timing(invocation));
            if (invocation.End != InvocationEnd.Ok)
            {
                context.Response.AppendTrailer(Receipt.ErrorHeader, InvocationEnds.CodeOf(invocation.End));
            }
        }
    }

    // Without its head: that counts as no content.
    private void Drop(Invocation invocation)
    {
        var count = invocation.PeekOutput(static output => output.Length);
        _droppedBytes += _droppedBytes == 0 ? count - _head!.Value.LengthBytes : count;
        invocation.SkipOutput(count);
    }

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
}
