using Faas.Protocol.Contracts;
using Faas.Supervisor.FunctionLogs;
using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Gateway;

/// <summary>Tells a function's log about an invocation that failed or wrote to standard error; about others nothing, at the cost of two comparisons.</summary>
internal sealed class InvocationRecorder(FunctionLogStore logs, TimeProvider time)
{
    /// <summary>After its end, before it is given back.</summary>
    public void Record(PendingInvocation pending)
    {
        if (pending.Status != InvocationStatus.Ok || pending.Error.Length > 0)
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
