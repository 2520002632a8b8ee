using System.Runtime.CompilerServices;
using Faas.Protocol.Contracts;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Scheduling;
using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Gateway;

/// <summary>What all triggers share: dispatch, the client that goes away, the one retry of idempotent functions, the lease's return.</summary>
internal sealed class Invoker(InvocationDispatcher dispatcher, Scheduler scheduler, InvocationRecorder recorder)
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

            RecordRefusal(pending, status);
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

    /// <summary>Takes an object for an invocation that does not come by HTTP.</summary>
    public PendingInvocation Rent(in InvocationRequest request) => dispatcher.Rent(request);

    /// <summary>Sends it to a worker. Sent, it is given back by <see cref="End"/>, else by <see cref="Return"/>.</summary>
    public async ValueTask<DispatchStatus> SendAsync(PendingInvocation pending, CancellationToken cancellationToken)
    {
        var status = await dispatcher.SendAsync(pending, cancellationToken);
        if (status != DispatchStatus.Sent)
        {
            RecordRefusal(pending, status);
        }

        return status;
    }

    /// <summary>Gives back what no worker was given.</summary>
    public void Return(PendingInvocation pending) => dispatcher.Return(pending);

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
        while (await TryAgainAsync(pending, context.RequestAborted));
    }

    /// <summary>Sends an invocation again whose worker crashed, if it may and has not been before.</summary>
    /// <returns>False when the end that it came to stands.</returns>
    public async ValueTask<bool> TryAgainAsync(PendingInvocation pending, CancellationToken cancellationToken)
    {
        if (pending is not { HasEnded: true, Status: InvocationStatus.WorkerCrashed, MayRetry: true })
        {
            return false;
        }

        var (id, message) = (pending.Id, pending.Message);
        dispatcher.End(pending);
        recorder.RecordRetry(pending);
        pending.BeginAgain();
        if (await dispatcher.SendAsync(pending, cancellationToken) == DispatchStatus.Sent)
        {
            return true;
        }

        // No room for another attempt: the first one's end is the answer.
        pending.EndAsBefore(id, message);
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
        dispatcher.Return(pending);
    }

    /// <summary>An html function was answered without a worker.</summary>
    public void NoteFromStore(FunctionVersion function) => recorder.RecordFromStore(function);

    private void RecordRefusal(PendingInvocation pending, DispatchStatus status)
    {
        pending.Timings.Leased = pending.Timings.Ended = InvocationTimings.Now();
        recorder.RecordRefusal(pending, status, isFailure: status != DispatchStatus.Cancelled);
    }

    private static Task RefuseAsync(HttpContext context, DispatchStatus status, PendingInvocation pending)
    {
        switch (status)
        {
            case DispatchStatus.Cancelled:
                // The client has gone: nobody reads an answer.
                context.Abort();
                return Task.CompletedTask;
            case DispatchStatus.Refused:
                return FunctionFailures.SendAsync(context, pending);
            case DispatchStatus.QueueFull:
                context.Response.Headers.RetryAfter = RetryAfterSeconds;
                break;
        }

        var refusal = Refusal.Of(status, pending);
        return Answers.FailAsync(context, refusal.StatusCode, refusal.Code, refusal.Message);
    }
}
