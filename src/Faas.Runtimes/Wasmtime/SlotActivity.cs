using System.Runtime.InteropServices;

namespace Faas.Runtimes.Wasmtime;

/// <summary>
/// Whether a slot runs a guest now, as the ticker sees it; also keeps slot and ticker from touching the slot's idle
/// memory at the same time.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal sealed class SlotActivity
{
    private const int StateIdle = 0;
    private const int StateRunning = 1;
    private const int StateTrimming = 2;

#pragma warning disable CS0169, CA1823 // Padding: one cache line a slot.
    private readonly long _before0, _before1, _before2, _before3, _before4, _before5, _before6;
    private int _state;
    private uint _runs;
    private readonly long _after0, _after1, _after2, _after3, _after4, _after5, _after6;
#pragma warning restore CS0169, CA1823

    /// <summary>The memory to give back when the process has been idle for a while.</summary>
    private readonly GuestMemoryRegion _region;

    public SlotActivity(GuestMemoryRegion region) => _region = region;

    /// <summary>A guest is running.</summary>
    public bool IsRunning => Volatile.Read(ref _state) == StateRunning;

    /// <summary>Guests started so far, modulo 2^32.</summary>
    public uint Runs => Volatile.Read(ref _runs);

    /// <summary>Begins an invocation. A full fence: the caller may look at the ticker's state next.</summary>
    public void Enter()
    {
        _runs++;
        var spin = default(SpinWait);
        while (Interlocked.CompareExchange(ref _state, StateRunning, StateIdle) != StateIdle)
        {
            // The ticker is trimming: one system call.
            spin.SpinOnce();
        }
    }

    /// <summary>Ends it; the region is clean.</summary>
    public void Exit() => Volatile.Write(ref _state, StateIdle);

    /// <summary>Gives the idle slot's memory back. Another thread than the slot's.</summary>
    public void Trim()
    {
        if (Interlocked.CompareExchange(ref _state, StateTrimming, StateIdle) == StateIdle)
        {
            try
            {
                _region.Trim();
            }
            finally
            {
                Volatile.Write(ref _state, StateIdle);
            }
        }
    }
}
