using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Protocol.Transport;
using Faas.Runtimes;
using Faas.WorkerHost.Execution;
using Faas.WorkerHost.Interop;
using Faas.WorkerHost.Session;

namespace Faas.WorkerHost.Commands;

/// <summary>
/// <c>faas-worker serve</c>: connects to the supervisor, introduces itself with the one-time token of
/// <c>MINIFAAS_WORKER_TOKEN</c>, and serves until the session ends.
/// </summary>
internal static class ServeCommand
{
    private const string TokenVariable = "MINIFAAS_WORKER_TOKEN";
    private const long DefaultModuleCacheBytes = 256L << 20;

    public static int Run(WorkerArguments arguments)
    {
        if (!DieWithParent((int)arguments.GetNumber("parent", 0)))
        {
            return ExitCodes.Failed;
        }

        YieldToTheSupervisor();
        var token = Convert.FromHexString(Environment.GetEnvironmentVariable(TokenVariable) ?? "");
        Environment.SetEnvironmentVariable(TokenVariable, null);
        var slots = (int)arguments.GetNumber("slots", 8);
        var options = new BackendOptions
        {
            Slots = slots,
            MaxMemoryBytes = arguments.GetNumber("max-memory", 4L << 30),
            ScratchDirectory = arguments.Get("scratch", Path.GetTempPath()),
            Settings = arguments.WithPrefix("set-"),
        };

        using var connection = new FrameConnection(
            TransportCatalog.Get(arguments.Get("transport", TransportCatalog.Unix)).Connect(arguments.Get("address")));
        using var backends = new BackendSet(arguments.Get("backend"), options);
        using var modules = new ModuleCache(backends, arguments.GetNumber("module-cache", DefaultModuleCacheBytes));
        var hello = new WorkerHello(
            (uint)arguments.GetNumber("index", 0),
            (uint)Environment.ProcessId,
            (ushort)slots,
            backends.Wasm.Capabilities,
            backends.Wasm.Name,
            backends.Wasm.Version,
            token);
        if (Handshake.Perform(connection, hello) is not { } terms)
        {
            Console.Error.WriteLine("faas-worker: the supervisor closed the connection before accepting this worker");
            return ExitCodes.Failed;
        }

        var session = new WorkerSession(connection, modules, slots, terms.WindowBytes);
        session.Serve();
        if (session.Failure is ProtocolViolationException violation)
        {
            Console.Error.WriteLine($"faas-worker: the supervisor broke the protocol: {violation.Message}");
            return ExitCodes.Failed;
        }

        return ExitCodes.Ok;
    }

    // A frame that arrives must not push the supervisor off its processor in the middle of a burst: left to finish, it
    // sends many frames before a worker wakes, and one wake-up, one read and one write then serve them all (sched(7),
    // SCHED_BATCH: no preemption on wake-up; an idle processor is still taken at once). Inherited by threads and interpreters.
    private static void YieldToTheSupervisor()
    {
        var priority = 0;
        _ = LibcNativeMethods.sched_setscheduler(0, LibcNativeMethods.SCHED_BATCH, priority);
    }

    // The kernel kills this process when the thread that started it ends (prctl(2), PR_SET_PDEATHSIG): the supervisor
    // starts workers from a thread that lives as long as itself. Asking for the parent afterwards closes the gap
    // between its start and the prctl.
    private static bool DieWithParent(int parent)
    {
        if (parent == 0)
        {
            return true;
        }

        _ = LibcNativeMethods.prctl(LibcNativeMethods.PR_SET_PDEATHSIG, LibcNativeMethods.SIGKILL, 0, 0, 0);
        return LibcNativeMethods.getppid() == parent;
    }
}
