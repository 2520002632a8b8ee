using Faas.Runtimes.Wasi.FileSystem;

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
    private MemoryFileSystem? _fileSystem;

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

    /// <summary>
    /// Most bytes the invocation's file system may hold, names and bookkeeping included; also the highest size of a
    /// file. Default 64 MiB. Takes effect at the next <see cref="Begin"/>.
    /// </summary>
    public long MaxFileSystemBytes { get; set; } = 64L << 20;

    /// <summary>Most files, directories and links in the invocation's file system. Default 16,384: 4 MiB of bookkeeping.</summary>
    public int MaxFileSystemNodes { get; set; } = 16 * 1024;

    /// <summary>
    /// The function's own files, by path below <c>/</c>. Shared between invocations and never written: an invocation
    /// that changes one changes its private copy. Set before <see cref="Begin"/>.
    /// </summary>
    public IReadOnlyList<(string Path, ReadOnlyMemory<byte> Content)> BundledFiles { get; set; } = [];

    internal TimeProvider Time => _time;

    internal DescriptorTable Descriptors { get; } = new();

    internal InvocationContext Invocation => _invocation!;

    /// <summary>Made when a program first touches a file.</summary>
    internal MemoryFileSystem FileSystem =>
        _fileSystem ??= new MemoryFileSystem(_time, new FileSystemQuota(MaxFileSystemBytes, MaxFileSystemNodes), BundledFiles);

    /// <summary>True once a program touched a file.</summary>
    internal bool HasFileSystem => _fileSystem is not null;

    /// <summary>How <c>poll_oneoff</c> lets time pass.</summary>
    internal Action<TimeSpan> Sleep { get; set; } = Thread.Sleep;

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
        _fileSystem = null;
        Descriptors.Reset();
    }

    /// <summary>Drops what the invocation held; exit code and termination stay readable until the next <see cref="Begin"/>.</summary>
    public void End()
    {
        Descriptors.Clear();
        _fileSystem = null;
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
