namespace Faas.WorkerHost.Execution;

/// <summary>
/// Room for one running invocation: a thread that also takes its turn at reading the socket
/// (see <see cref="SlotCrew"/>).
/// </summary>
internal sealed class Slot(int index)
{
    // Wasmtime lets a guest use 512 KiB to 1 MiB of stack; the host functions and the runtime need the rest.
    // Address space only: pages are touched as they are used.
    private const int StackBytes = 8 * 1024 * 1024;

    private Invocation? _current;
    private long _runs;

    /// <summary>What it runs, null when it runs nothing. Any thread.</summary>
    public Invocation? Current => Volatile.Read(ref _current);

    /// <summary>Counts starts, so that the monitor can tell one long run from many short ones.</summary>
    public long Runs => Volatile.Read(ref _runs);

    public void Start(Action<Slot> loop) =>
        new Thread(() => loop(this), StackBytes) { Name = $"slot-{index}", IsBackground = true }.Start();

    public void Begin(Invocation invocation)
    {
        Volatile.Write(ref _runs, _runs + 1);
        // A full fence: the monitor falls asleep only after it has looked at every slot.
        Interlocked.Exchange(ref _current, invocation);
    }

    public void End() => Volatile.Write(ref _current, null);
}
