namespace Faas.Runtimes.Wasi;

/// <summary>
/// The WASI state of one slot: descriptors, exit state and, once a program asks for it, a private file system.
/// Reused for every invocation; a program that does not touch files costs no allocation.
/// Used from the slot's thread only, by one invocation at a time.
/// </summary>
public sealed class WasiContext
{
    private readonly TimeProvider _time;
    private InvocationContext? _invocation;

    /// <summary>A context on the machine's clocks.</summary>
    public WasiContext()
        : this(TimeProvider.System)
    {
    }

    internal WasiContext(TimeProvider time) => _time = time;

    /// <summary>Exit code of the guest: what it gave <c>proc_exit</c>, 128 + signal after <c>proc_raise</c>, else 0.</summary>
    public int ExitCode { get; private set; }

    /// <summary>Why a host call ended the guest; <see cref="WasiTermination.None"/> while none did.</summary>
    public WasiTermination Termination { get; private set; }

    internal TimeProvider Time => _time;

    internal DescriptorTable Descriptors { get; } = new();

    internal InvocationContext Invocation => _invocation!;

    /// <summary>Time spent asleep in <c>poll_oneoff</c>, in timestamp units.</summary>
    internal long Slept { get; set; }

    /// <summary><see cref="TimeProvider.GetTimestamp"/> at the start of the invocation.</summary>
    internal long Started { get; private set; }

    /// <summary>
    /// Starts an invocation: standard streams and the pre-opened directory are open, nothing of the previous one is left.
    /// <c>argv[0]</c> is <c>main</c>.
    /// </summary>
    /// <param name="invocation">Borrowed until <see cref="End"/>.</param>
    public void Begin(InvocationContext invocation)
    {
        _invocation = invocation;
        ExitCode = 0;
        Termination = WasiTermination.None;
        Slept = 0;
        Started = _time.GetTimestamp();
        Descriptors.Reset();
    }

    /// <summary>Drops what the invocation held; exit code and termination stay readable until the next <see cref="Begin"/>.</summary>
    public void End()
    {
        Descriptors.Clear();
        _invocation = null;
    }

    /// <summary>True when the caller went away or the deadline has passed: a blocking host call stops waiting.</summary>
    internal bool IsInterrupted => Invocation.IsCancelled || _time.GetTimestamp() >= Invocation.Deadline;

    internal Errno Terminate(WasiTermination reason, int exitCode = 0)
    {
        Termination = reason;
        ExitCode = exitCode;
        return Errno.Terminate;
    }

    /// <summary>Ends the guest after a refused write or a wait cut short.</summary>
    internal Errno TerminateInterrupted() =>
        Terminate(Invocation.OutputLimitReached ? WasiTermination.OutputLimit : WasiTermination.Cancelled);
}
