using Faas.Protocol.Contracts;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;

namespace Faas.Supervisor.AsyncInvocations;

/// <summary>Runs attempts of asynchronous invocations by the same way as those that a client waits for.</summary>
internal sealed class BackgroundRunner(InvocationRunner runner, CancellationToken stopping) : IFunctionRunner
{
    public async Task<AttemptResult> RunAsync(FunctionVersion function, ClaimedInvocation invocation, CancellationToken cancellationToken)
    {
        if (function.TryGetHtml(out var html))
        {
            runner.NoteFromStore(function);
            return new AttemptResult(AttemptEnd.Ended, Output: html.ToArray());
        }

        var sink = new AttemptSink(stopping);
        await runner.RunAsync(
            new InvocationRequest(function, invocation.Input, invocation.Strings, invocation.ArgumentCount, IsAskedAgain: true), sink, cancellationToken);
        return sink.Result!;
    }

    private sealed class AttemptSink(CancellationToken stopping) : IInvocationSink
    {
        public OutputDelivery Delivery => OutputDelivery.Whole;

        public AttemptResult? Result { get; private set; }

        public ValueTask TakeAsync(Invocation invocation, bool hasEnded) => ValueTask.CompletedTask;

        public ValueTask EndAsync(Invocation invocation)
        {
            Result = invocation.WasSent ? ResultOf(invocation) : Refused(invocation);
            return ValueTask.CompletedTask;
        }

        private static AttemptResult Refused(Invocation invocation) => invocation.End switch
        {
            InvocationEnd.Cancelled => new AttemptResult(AttemptEnd.Ended, InvocationEnds.CodeOf(invocation.End), "called off before it began"),
            InvocationEnd.InvalidModule or InvocationEnd.RuntimeMissing or InvocationEnd.TooLarge =>
                new AttemptResult(AttemptEnd.Ended, InvocationEnds.CodeOf(invocation.End), InvocationEnds.Describe(invocation)) { MayRetry = false },
            InvocationEnd.InternalError =>
                new AttemptResult(AttemptEnd.Ended, InvocationEnds.CodeOf(invocation.End), InvocationEnds.Describe(invocation)),
            _ => new AttemptResult(AttemptEnd.NotBegun),
        };

        private AttemptResult ResultOf(Invocation invocation)
        {
            var receipt = new InvocationId(invocation.Id).ToString();
            if (invocation.End == InvocationEnd.Ok)
            {
                return new AttemptResult(AttemptEnd.Ended, Output: invocation.Output.Span.ToArray(), Invocation: receipt);
            }

            if (stopping.IsCancellationRequested && invocation.End is InvocationEnd.WorkerCrashed or InvocationEnd.ShuttingDown)
            {
                return new AttemptResult(AttemptEnd.Interrupted);
            }

            return new AttemptResult(
                AttemptEnd.Ended,
                InvocationEnds.CodeOf(invocation.End),
                InvocationEnds.Describe(invocation),
                invocation.End == InvocationEnd.FunctionFailed ? invocation.ExitCode : null,
                Invocation: receipt)
            {
                MayRetry = invocation.End is not InvocationEnd.InvalidModule and not InvocationEnd.RuntimeMissing,
            };
        }
    }
}
