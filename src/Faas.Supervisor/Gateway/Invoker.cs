using System.Runtime.CompilerServices;
using Faas.Protocol.Contracts;
using Faas.Supervisor.Scheduling;
using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Gateway;

/// <summary>What both triggers share: dispatch, the client that goes away, the one retry of idempotent functions, the lease's return.</summary>
internal sealed class Invoker(InvocationDispatcher dispatcher, Scheduler scheduler)
{
    // A whole pool of slots turns over well within this at any load that is worth a retry.
    private const string RetryAfterSeconds = "1";

    private static readonly Action<object?> s_cancel = static state => ((PendingInvocation)state!).Cancel();

    /// <summary>Sends the invocation to a worker.</summary>
    /// <returns>Null when that was refused; the answer has been sent then.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<PendingInvocation?> StartAsync(HttpContext context, InvocationRequest request)
    {
        var pending = dispatcher.Rent(request);
        var status = DispatchStatus.Cancelled;
        try
        {
            status = await dispatcher.SendAsync(pending, context.RequestAborted);
            if (status == DispatchStatus.Sent)
            {
                return pending;
            }

            await RefuseAsync(context, status, pending);
            return null;
        }
        finally
        {
            if (status != DispatchStatus.Sent)
            {
                dispatcher.Return(pending);
            }
        }
    }

    /// <summary>Waits until the invocation has ended, wherever it ends.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WaitForEndAsync(HttpContext context, PendingInvocation pending)
    {
        var retried = false;
        while (true)
        {
            await WaitForOutputAsync(context, pending);
            if (retried || pending.Status != InvocationStatus.WorkerCrashed || !pending.Request.Function.Idempotent)
            {
                return;
            }

            retried = true;
            if (!await RetryAsync(pending, context.RequestAborted))
            {
                return;
            }
        }
    }

    /// <summary>Waits until there is output to pass on, or the invocation has ended.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public static async ValueTask WaitForOutputAsync(HttpContext context, PendingInvocation pending)
    {
        await using (context.RequestAborted.UnsafeRegister(s_cancel, pending))
        {
            await pending.WaitAsync();
        }
    }

    /// <summary>Sends the times of a streamed answer after its body.</summary>
    public void WriteTrailer(HttpContext context, PendingInvocation pending) =>
        context.Response.AppendTrailer(Receipt.TimingHeader, Receipt.Timing(pending, scheduler.Strategy));

    public void WriteReceipt(HttpContext context, PendingInvocation pending) =>
        Receipt.Write(context.Response, pending, scheduler.Strategy);

    /// <summary>Gives lease and object back. Exactly once for each that <see cref="StartAsync"/> returned.</summary>
    public void End(PendingInvocation pending)
    {
        dispatcher.End(pending);
        dispatcher.Return(pending);
    }

    private async ValueTask<bool> RetryAsync(PendingInvocation pending, CancellationToken cancellationToken)
    {
        // The lease on the dead worker is kept until the new one is there, so that there always is one to give back.
        var arrived = pending.Timings.Arrived;
        var again = dispatcher.Rent(pending.Request);
        again.Timings.Arrived = arrived;
        if (await dispatcher.SendAsync(again, cancellationToken) != DispatchStatus.Sent)
        {
            dispatcher.Return(again);
            return false;
        }

        await again.WaitAsync();
        pending.TakeOver(again);
        dispatcher.End(again);
        dispatcher.Return(again);
        return true;
    }

    private static Task RefuseAsync(HttpContext context, DispatchStatus status, PendingInvocation pending)
    {
        switch (status)
        {
            case DispatchStatus.QueueFull:
                context.Response.Headers.RetryAfter = RetryAfterSeconds;
                return Answers.FailAsync(
                    context,
                    StatusCodes.Status429TooManyRequests,
                    ErrorCodes.QueueFull,
                    "every slot is taken and as many wait as may: retry later, or start with more --workers, --slots or --queue");
            case DispatchStatus.NoWorker:
                return Answers.FailAsync(
                    context,
                    StatusCodes.Status503ServiceUnavailable,
                    ErrorCodes.NoWorker,
                    $"no worker can run {pending.Request.Function.Id}: its backend is {pending.Request.Function.Backend ?? "any"}");
            case DispatchStatus.ShuttingDown:
                return Answers.FailAsync(
                    context, StatusCodes.Status503ServiceUnavailable, ErrorCodes.ShuttingDown, "the server is ending");
            case DispatchStatus.Refused:
                return FunctionFailures.SendAsync(context, pending);
            default:
                // The client has gone: nobody reads an answer.
                context.Abort();
                return Task.CompletedTask;
        }
    }
}
