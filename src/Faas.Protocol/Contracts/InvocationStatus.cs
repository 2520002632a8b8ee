namespace Faas.Protocol.Contracts;

/// <summary>
/// How an invocation ended. Everything a guest can cause is one of these values, never an exception.
/// The numbers are on the wire (docs/PROTOCOL.md, Completed): they are never changed or reused.
/// </summary>
public enum InvocationStatus : byte
{
    /// <summary>The function ended with exit code 0.</summary>
    Ok = 0,

    /// <summary>The function ended by itself with another exit code, or an uncaught exception of its language.</summary>
    FunctionFailed = 1,

    /// <summary>The guest trapped: unreachable, out of bounds, stack overflow, division by zero, or a fatal signal.</summary>
    Trap = 2,

    /// <summary>The deadline passed.</summary>
    Timeout = 3,

    /// <summary>The function asked for more memory than its limit.</summary>
    MemoryLimit = 4,

    /// <summary>The function wrote more than its output limit.</summary>
    OutputLimit = 5,

    /// <summary>The caller went away or asked for the end.</summary>
    Cancelled = 6,

    /// <summary>The engine refused the module, or it imports something the worker does not provide.</summary>
    InvalidModule = 7,

    /// <summary>The interpreter or engine that the function needs is not on this machine.</summary>
    RuntimeMissing = 8,

    /// <summary>The worker process ended while the invocation was in flight. Set by the supervisor, never sent.</summary>
    WorkerCrashed = 9,

    /// <summary>The worker is draining and did not start the invocation.</summary>
    ShuttingDown = 10,

    /// <summary>A defect of the worker itself; its log has the cause.</summary>
    InternalError = 11,

    /// <summary>The supervisor gave it to no worker; its message begins with the reason's code. On the ingress socket only, no worker sends it.</summary>
    Refused = 12,
}
