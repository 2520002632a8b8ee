using Faas.LoadTests.Chaos.Calls;

namespace Faas.LoadTests.Chaos.Faults;

/// <summary>Which code of which kind of call a fault explains: what docs/OPERATIONS.md ("When parts fail") says of it, and nothing more.</summary>
internal static class FaultExcuses
{
    /// <summary>A worker has ended. Under <c>/fn/</c> the head may be gone: then the connection breaks off.</summary>
    public static bool WorkerEnded(string kind, string code) =>
        code == "worker_crashed" || (code == CallOutcome.Broken && IsStream(kind));

    /// <summary>A worker does not run: its calls end by their deadline, or with it when it is given up.</summary>
    public static bool WorkerStopped(string kind, string code) => code == "timeout" || WorkerEnded(kind, code);

    /// <summary>An interpreter has ended, or what it runs in.</summary>
    public static bool GuestEnded(string kind, string code) =>
        (IsInterpreted(kind) && code is "trap" or "function_failed") || (kind == DeployCalls.JavaScriptKind && code == "compile_failed");

    public static bool GuestStopped(string kind, string code) => (IsInterpreted(kind) && code == "timeout") || GuestEnded(kind, code);

    /// <summary>A compiler has ended. The first call of a module may be what compiles it.</summary>
    public static bool CompilerEnded(string kind, string code) => kind == DeployCalls.Kind && code == "compile_failed";

    /// <summary>The server itself did not run: what was due meanwhile is over.</summary>
    public static bool SupervisorStopped(string kind, string code) => code == "timeout" || (code == CallOutcome.Broken && IsStream(kind));

    /// <summary>
    /// Nothing can be stored. What stores nothing goes on. A compiler that crashes for it is told as such where the disk has room again before
    /// anybody can look.
    /// </summary>
    public static bool NoStorage(string kind, string code) => StorageRefused(kind, code) || CompilerEnded(kind, code);

    /// <summary>The server cannot open what it needs: connections wait or break, and nothing can be stored or started.</summary>
    public static bool NoDescriptors(string kind, string code) => code == CallOutcome.Broken || StorageRefused(kind, code);

    /// <summary>A worker cannot open what it needs: no interpreter can be started, no module read.</summary>
    public static bool NoDescriptorsInWorker(string kind, string code) => GuestEnded(kind, code) || WorkerEnded(kind, code);

    public static bool Nothing(string kind, string code) => false;

    private static bool IsStream(string kind) => kind is StreamCalls.Kind or AbandonedStreamCalls.Kind;

    private static bool IsInterpreted(string kind) => kind.StartsWith(InterpretedCalls.Prefix, StringComparison.Ordinal);

    private static bool StorageRefused(string kind, string code) => code == "storage_failed" && IsStored(kind);

    private static bool IsStored(string kind) => kind is DeployCalls.Kind or DeployCalls.JavaScriptKind or DeployCalls.DeleteKind or AsyncCalls.AcceptKind;
}
