using Faas.Protocol.Contracts;
using Faas.Supervisor.Dashboard;
using Faas.Supervisor.FunctionLogs;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Recording;
using Faas.Supervisor.Telemetry;
using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// The one place that every door tells what became of an invocation: it passes it on to the dashboard, to a recording of the strategy lab, to
/// the metrics, and, of one that failed or wrote to standard error, to the function's log.
/// </summary>
internal sealed class InvocationRecorder(FunctionLogStore logs, TraceTap tap, ActivityRecorder activity, InvocationMetrics metrics, TimeProvider time)
{
    /// <summary>After its end, before it is given back (which counts it in the metrics).</summary>
    public void Record(PendingInvocation pending)
    {
        tap.Ended(pending);
        activity.Record(pending);
        Log(pending);
    }

    /// <summary>After the end of an attempt that is followed by another one.</summary>
    public void RecordRetry(PendingInvocation pending)
    {
        Log(pending);
        metrics.RecordRetry();
    }

    /// <summary>One that no worker was given. A function that cannot be made ready is told of in its log.</summary>
    /// <param name="pending">The invocation.</param>
    /// <param name="status">Why.</param>
    /// <param name="isFailure">False when nobody was told that it failed: the client went away, or it waits for another time.</param>
    public void RecordRefusal(PendingInvocation pending, DispatchStatus status, bool isFailure)
    {
        tap.Refused(pending);
        if (isFailure)
        {
            activity.RecordRefusal(pending.Request.Function);
        }

        if (status == DispatchStatus.Refused)
        {
            RecordSlow(pending);
        }
    }

    /// <summary>An html function was answered without a worker.</summary>
    public void RecordFromStore(FunctionVersion function)
    {
        activity.RecordFromStore(function);
        metrics.RecordFromStore(function);
    }

    private void Log(PendingInvocation pending)
    {
        if ((pending.Status != InvocationStatus.Ok || pending.Error.Length > 0) && !pending.IsLogged)
        {
            RecordSlow(pending);
        }
    }

    private void RecordSlow(PendingInvocation pending)
    {
        var hasRun = pending.Connection is not null && pending.Id != 0;
        logs.Record(new LogEntry(
            time.GetUtcNow(),
            pending.Request.Function,
            hasRun ? new InvocationId(pending.Id).ToString() : null,
            hasRun ? pending.Connection!.Hello.WorkerIndex : null,
            pending.Status == InvocationStatus.Ok ? "ok" : InvocationStatusHttpMapping.Map(pending.Status).Code,
            pending.Status == InvocationStatus.FunctionFailed ? pending.ExitCode : null,
            pending.Message,
            pending.Error.Span.ToArray(),
            pending.Error.Length >= PendingInvocation.ErrorTailBytes));
    }
}
