using Faas.Protocol.Contracts;
using Faas.Supervisor.Dashboard;
using Faas.Supervisor.FunctionLogs;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;
using Faas.Supervisor.Recording;
using Faas.Supervisor.Telemetry;

namespace Faas.Supervisor.Bookkeeping;

/// <summary>
/// Passes on what became of an invocation: to the dashboard, to a recording of the strategy lab, to the metrics, to its trace, and, of one
/// that failed or wrote to standard error, to the function's log.
/// </summary>
internal sealed class InvocationRecorder(FunctionLogStore logs, TraceTap tap, ActivityRecorder activity, InvocationMetrics metrics, TimeProvider time)
    : IInvocationObserver
{
    public void Ended(Invocation invocation)
    {
        metrics.Record(invocation);
        if (invocation.WasSent)
        {
            tap.Ended(invocation);
            activity.Record(invocation);
            Log(invocation);
        }
        else
        {
            RecordRefusal(invocation);
        }

        if (invocation.Request.Span is { } span)
        {
            InvocationTracing.End(span, invocation, time);
        }
    }

    public void Retried(Invocation invocation)
    {
        Log(invocation);
        metrics.RecordRetry();
    }

    public void EndedFromStore(FunctionVersion function)
    {
        activity.RecordFromStore(function);
        metrics.RecordFromStore(function);
    }

    public void Forget(FunctionVersion function) => metrics.Forget(function);

    // No worker had it. A function that cannot be made ready is told of in its log.
    private void RecordRefusal(Invocation invocation)
    {
        tap.Refused(invocation);
        if (invocation.End != InvocationEnd.Cancelled && !invocation.Request.IsAskedAgain)
        {
            activity.RecordRefusal(invocation.Request.Function);
        }

        if (invocation.End is InvocationEnd.InvalidModule or InvocationEnd.RuntimeMissing or InvocationEnd.InternalError)
        {
            LogAlways(invocation);
        }
    }

    private void Log(Invocation invocation)
    {
        if ((invocation.End != InvocationEnd.Ok || invocation.Error.Length > 0) && !invocation.IsLogged)
        {
            LogAlways(invocation);
        }
    }

    private void LogAlways(Invocation invocation) => logs.Record(new LogEntry(
        time.GetUtcNow(),
        invocation.Request.Function,
        invocation.WasSent ? new InvocationId(invocation.Id).ToString() : null,
        invocation.Worker,
        InvocationEnds.CodeOf(invocation.End),
        invocation.End == InvocationEnd.FunctionFailed ? invocation.ExitCode : null,
        invocation.Message,
        invocation.Error.Span.ToArray(),
        invocation.Error.Length >= Invocation.ErrorTailBytes));
}
