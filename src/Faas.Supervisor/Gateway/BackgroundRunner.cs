using Faas.Protocol.Contracts;
using Faas.Supervisor.AsyncInvocations;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Gateway;

/// <summary>Runs attempts of asynchronous invocations by the same way as those that a client waits for.</summary>
internal sealed class BackgroundRunner(InvocationDispatcher dispatcher, InvocationRecorder recorder, CancellationToken stopping) : IFunctionRunner
{
    private static readonly Action<object?> s_cancel = static state => ((PendingInvocation)state!).Cancel();

    public async Task<AttemptResult> RunAsync(FunctionVersion function, ClaimedInvocation invocation, CancellationToken cancellationToken)
    {
        if (function.TryGetHtml(out var html))
        {
            recorder.RecordFromStore(function);
            return new AttemptResult(AttemptEnd.Ended, Output: html.ToArray());
        }

        var pending = dispatcher.Rent(new InvocationRequest(function, invocation.Input, invocation.Strings, invocation.ArgumentCount));
        try
        {
            while (true)
            {
                var status = await dispatcher.SendAsync(pending, cancellationToken);
                if (status != DispatchStatus.Sent)
                {
                    pending.Timings.Leased = pending.Timings.Ended = InvocationTimings.Now();
                    recorder.RecordRefusal(pending, status, isFailure: false);
                    return Refused(status, pending);
                }

                await using (cancellationToken.UnsafeRegister(s_cancel, pending))
                {
                    await pending.WaitAsync();
                }

                dispatcher.End(pending);
                if (pending is not { Status: InvocationStatus.WorkerCrashed, MayRetry: true } || stopping.IsCancellationRequested)
                {
                    recorder.Record(pending);
                    return ResultOf(pending);
                }

                recorder.RecordRetry(pending);
                pending.BeginAgain();
            }
        }
        finally
        {
            dispatcher.Return(pending);
        }
    }

    private static AttemptResult Refused(DispatchStatus status, PendingInvocation pending)
    {
        switch (status)
        {
            case DispatchStatus.Refused:
                var (_, code) = InvocationStatusHttpMapping.Map(pending.Status);
                return new AttemptResult(AttemptEnd.Ended, code, pending.Message) { MayRetry = false };
            case DispatchStatus.Cancelled:
                return new AttemptResult(AttemptEnd.Ended, ErrorCodes.Cancelled, "called off before it began");
            default:
                return new AttemptResult(AttemptEnd.NotBegun);
        }
    }

    private AttemptResult ResultOf(PendingInvocation pending)
    {
        var receipt = new InvocationId(pending.Id).ToString();
        if (pending.Status == InvocationStatus.Ok)
        {
            return new AttemptResult(AttemptEnd.Ended, Output: pending.Output.Span.ToArray(), Invocation: receipt);
        }

        if (stopping.IsCancellationRequested && pending.Status is InvocationStatus.WorkerCrashed or InvocationStatus.ShuttingDown)
        {
            return new AttemptResult(AttemptEnd.Interrupted);
        }

        var (_, code) = InvocationStatusHttpMapping.Map(pending.Status);
        return new AttemptResult(
            AttemptEnd.Ended,
            code,
            FunctionFailures.Describe(pending),
            pending.Status == InvocationStatus.FunctionFailed ? pending.ExitCode : null,
            Invocation: receipt)
        {
            MayRetry = pending.Status is not InvocationStatus.InvalidModule and not InvocationStatus.RuntimeMissing,
        };
    }
}
