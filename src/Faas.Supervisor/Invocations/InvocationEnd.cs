using Faas.Protocol.Contracts;

namespace Faas.Supervisor.Invocations;

/// <summary>
/// How an invocation ended: one value for all that can happen to it, from whichever door it came. Up to
/// <see cref="InternalError"/> the numbers are those of <see cref="InvocationStatus"/>, which a worker sends.
/// </summary>
internal enum InvocationEnd : byte
{
    Ok = InvocationStatus.Ok,
    FunctionFailed = InvocationStatus.FunctionFailed,
    Trap = InvocationStatus.Trap,

    /// <summary>The function ran for longer than it may, or there was no slot for as long as a call may wait.</summary>
    Timeout = InvocationStatus.Timeout,
    MemoryLimit = InvocationStatus.MemoryLimit,
    OutputLimit = InvocationStatus.OutputLimit,

    /// <summary>The caller went away.</summary>
    Cancelled = InvocationStatus.Cancelled,
    InvalidModule = InvocationStatus.InvalidModule,
    RuntimeMissing = InvocationStatus.RuntimeMissing,
    WorkerCrashed = InvocationStatus.WorkerCrashed,
    ShuttingDown = InvocationStatus.ShuttingDown,
    InternalError = InvocationStatus.InternalError,

    /// <summary>As many wait, or are under way, as may.</summary>
    QueueFull,

    /// <summary>No worker has the function's backend.</summary>
    NoWorker,

    /// <summary>Arguments and variables do not fit into a frame.</summary>
    TooLarge,

    /// <summary>The disk: what a worker would load could not be written.</summary>
    StorageFailed,
}
