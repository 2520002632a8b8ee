using System.Runtime.InteropServices;

namespace Faas.Runtimes.Wasmtime;

/// <summary>Whether a slot runs a guest now; written by the slot, read by the ticker.</summary>
[StructLayout(LayoutKind.Sequential)]
internal sealed class SlotActivity
{
#pragma warning disable CS0169, CA1823 // Padding: one cache line a slot.
    private readonly long _before0, _before1, _before2, _before3, _before4, _before5, _before6;
    private int _running;
    private uint _runs;
    private readonly long _after0, _after1, _after2, _after3, _after4, _after5, _after6;
#pragma warning restore CS0169, CA1823

    /// <summary>A guest is running.</summary>
    public bool IsRunning => Volatile.Read(ref _running) != 0;

    /// <summary>Guests started so far, modulo 2^32.</summary>
    public uint Runs => Volatile.Read(ref _runs);

    /// <summary>A full fence: the caller may look at the ticker's state next.</summary>
    public void Enter()
    {
        _runs++;
        Interlocked.Exchange(ref _running, 1);
    }

    public void Exit() => Volatile.Write(ref _running, 0);
}
