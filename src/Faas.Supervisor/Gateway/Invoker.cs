using System.Runtime.CompilerServices;
using Faas.Protocol.Contracts;
using Faas.Supervisor.Dashboard;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Scheduling;
using Faas.Supervisor.Telemetry;
using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Gateway;

/// <summary>What both triggers share: dispatch, the client that goes away, the one retry of idempotent functions, the lease's return.</summary>
internal sealed class Invoker(InvocationDispatcher dispatcher, Scheduler scheduler, InvocationRecorder recorder, ActivityRecorder activity, InvocationMetrics metrics)
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

            pending.Timings.Leased = pending.Timings.Ended = InvocationTimings.Now();
            recorder.RecordRefusal(pending, status);
            WriteReceipt(context, pending);
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

    /// <summary>
    /// Waits until the invocation has ended, wherever it ends: one that a crashed worker never saw, or whose function may
    /// run twice, is sent once more.
    /// </summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WaitForEndAsync(HttpContext context, PendingInvocation pending)
    {
        do
        {
            await WaitForOutputAsync(context, pending);
        }
        while (await TryAgainAsync(context, pending));
    }

    /// <summary>Sends an invocation again whose worker crashed, if it may and has not been before.</summary>
    /// <returns>False when the end that it came to stands.</returns>
    public async ValueTask<bool> TryAgainAsync(HttpContext context, PendingInvocation pending)
    {
        if (pending is not { HasEnded: true, Status: InvocationStatus.WorkerCrashed, MayRetry: true })
        {
            return false;
        }

        var message = pending.Message;
        dispatcher.End(pending);
        recorder.Record(pending);
        metrics.RecordRetry();
        pending.BeginAgain();
        if (await dispatcher.SendAsync(pending, context.RequestAborted) == DispatchStatus.Sent)
        {
            return true;
        }

        // No room for another attempt: the first one's end is the answer.
        pending.Fail(InvocationStatus.WorkerCrashed, message);
        return false;
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
        recorder.Record(pending);
        activity.Record(pending);
        dispatcher.Return(pending);
    }

    /// <summary>An html function was answered without a worker.</summary>
    public void NoteFromStore(FunctionVersion function)
    {
        activity.RecordFromStore(function);
        metrics.RecordFromStore(function);
    }

    private Task RefuseAsync(HttpContext context, DispatchStatus status, PendingInvocation pending)
    {
        if (status != DispatchStatus.Cancelled)
        {
            activity.RecordRefusal(pending.Request.Function);
        }

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
