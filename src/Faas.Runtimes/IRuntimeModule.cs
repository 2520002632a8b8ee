namespace Faas.Runtimes;

/// <summary>
/// One function version made ready in this process: native code, or an interpreter that has it loaded.
/// Thread-safe: every slot may be inside <see cref="Invoke"/> at once. Disposed only when no call is running.
/// </summary>
public interface IRuntimeModule : IDisposable
{
    /// <summary>Bytes this module keeps in the process; what the module cache counts.</summary>
    long ResidentBytes { get; }

    /// <summary>
    /// Runs the function once, from a fresh instance, on the calling slot's thread, and returns when it has ended.
    /// What a guest does, or what its limits do to it, is a result; an exception is a defect of the backend.
    /// </summary>
    /// <param name="invocation">Borrowed for the duration of the call.</param>
    InvocationResult Invoke(InvocationContext invocation);
}
