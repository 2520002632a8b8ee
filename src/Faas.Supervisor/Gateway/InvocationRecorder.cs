using Faas.Protocol.Contracts;
using Faas.Supervisor.FunctionLogs;
using Faas.Supervisor.Lab.Recording;
using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Gateway;

/// <summary>
/// Tells a function's log about an invocation that failed or wrote to standard error, and a recording of the strategy lab about each; without
/// either it costs three comparisons.
/// </summary>
internal sealed class InvocationRecorder(FunctionLogStore logs, TraceTap tap, TimeProvider time)
{
    /// <summary>After its end, before it is given back.</summary>
    public void Record(PendingInvocation pending)
    {
        tap.Ended(pending);
        RecordAttempt(pending);
    }

    /// <summary>After the end of an attempt that may be followed by another one.</summary>
    public void RecordAttempt(PendingInvocation pending)
    {
        if ((pending.Status != InvocationStatus.Ok || pending.Error.Length > 0) && !pending.IsLogged)
        {
            RecordSlow(pending);
        }
    }

    /// <summary>One that no worker was given. A function that cannot be made ready is told of in its log.</summary>
    public void RecordRefusal(PendingInvocation pending, DispatchStatus status)
    {
        tap.Refused(pending);
        if (status == DispatchStatus.Refused)
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
