using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Faas.Runtimes.Wasmtime.Interop;
using Microsoft.Win32.SafeHandles;
using static Faas.Runtimes.Wasmtime.Interop.LibcNativeMethods;
using static Faas.Runtimes.Wasmtime.Interop.WasmtimeNativeMethods;

namespace Faas.Runtimes.Wasmtime;

/// <summary>
/// The linear memory of one slot: 4 GiB of address space and a guard, reserved once, given to one instance after the
/// other. Owning it (instead of the engine's pool) tells exactly when a guest asked for more than its limit, gives host
/// calls the memory's address for nothing, and makes it clean for the next instance at the price of what was touched.
/// </summary>
/// <remarks>
/// <para>Invariant: between two instances every byte reads as zero, and only [0, Size) is accessible.</para>
/// <para>
/// Cleaning: a page that no one touched since it was last given back to the kernel is not present and reads as zero.
/// The set of present pages (<c>/proc/self/pagemap</c>) can only grow by a page fault of the slot's own thread, so it is
/// read again only when that thread's fault counter has moved; otherwise the same pages are cleared as last time. When
/// they are more than <see cref="KeepResidentBytes"/>, all go back to the kernel instead. Guests of one function touch
/// the same pages each time: no fault, no system call but one <c>getrusage</c>.
/// </para>
/// <para>Used from the slot's thread only; released by finalisation when that thread has ended.</para>
/// </remarks>
internal sealed unsafe class GuestMemoryRegion : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>All that a 32-bit guest can address; compiled code relies on it (no bounds checks).</summary>
    public const long ReservationBytes = 4L << 30;

    /// <summary>Inaccessible bytes behind, for constant offsets of loads and stores; the engine's default.</summary>
    public const long GuardBytes = 32L << 20;

    /// <summary>
    /// Most memory that stays with a slot between two invocations, instead of being faulted in again: measured with Go's
    /// hello, which touches 4.3 MiB, 1.2 ms an invocation instead of 2.8. C's touches 30 KiB, Rust's 80.
    /// An idle process gives it back (<see cref="Trim"/>).
    /// </summary>
    public const int KeepResidentBytes = 8 << 20;

    /// <summary>
    /// Up to this size, clearing the same pages each time costs so little (10 µs) that pages which only an earlier guest
    /// touched do not matter; above it they are forgotten every <see cref="RelearnRuns"/> runs and with every change of module.
    /// </summary>
    private const int CheapBytes = 512 * 1024;

    private const int RelearnRuns = 64;

    /// <summary>Beyond this size a guest's pages are not looked up one by one (8 bytes a page to read).</summary>
    private const long MaxScanBytes = 64L << 20;

    private const int PageBytes = 4096;
    private const ulong PagePresentOrSwapped = 3UL << 62;

    private static readonly nuint s_reservationBytes = unchecked((nuint)ReservationBytes);
    private static readonly nuint s_mappedBytes = unchecked((nuint)(ReservationBytes + GuardBytes));
    private static readonly int s_pagemap = OpenPagemap();

    [ThreadStatic]
    private static GuestMemoryRegion? t_current;

    private readonly int _pagemap;
    private readonly State* _state;
    private readonly List<(uint First, uint Count)> _present = [];
    private nuint _highWater;
    private long _faultsAtScan = -1;
    private uint _presentPages;
    private int _runsSinceGivenBack;
    private nint _lastOwner;
    private bool _clean = true;

    /// <summary>Reserves address space.</summary>
    /// <exception cref="InvalidOperationException">The process may not map 4 GiB more.</exception>
    public GuestMemoryRegion()
        : this(s_pagemap)
    {
    }

    /// <param name="pagemap">Descriptor of <c>/proc/self/pagemap</c>; negative when it cannot be read.</param>
    internal GuestMemoryRegion(int pagemap)
        : base(ownsHandle: true)
    {
        _pagemap = pagemap;
        if (sizeof(nint) < 8 || Environment.SystemPageSize != PageBytes)
        {
            throw new PlatformNotSupportedException("guest memory needs a 64-bit system with pages of 4 KiB");
        }

        var start = mmap(null, s_mappedBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if ((nint)start == -1)
        {
            throw new InvalidOperationException(
                $"cannot reserve {s_mappedBytes >> 20} MiB of address space for guest memory (errno {Marshal.GetLastPInvokeError()}); lower --slots or raise ulimit -v");
        }

        // A huge page would make 2 MiB present, and to be cleared, at the first touch.
        _ = madvise(start, s_mappedBytes, MADV_NOHUGEPAGE);
        _state = (State*)NativeMemory.AllocZeroed((nuint)sizeof(State));
        _state->Start = (byte*)start;
        SetHandle((nint)start);
    }

    /// <summary>First byte; does not change.</summary>
    public byte* Start => _state->Start;

    /// <summary>Bytes of the current instance's memory; 0 before it has one.</summary>
    public nuint Size => _state->Size;

    /// <summary>True when the instance asked for more than the limit since <see cref="Lend"/>, at its start or by <c>memory.grow</c>.</summary>
    public bool LimitReached => _state->LimitReached;

    /// <summary>What an engine needs to take its memories from the region lent on the calling thread.</summary>
    public static wasmtime_memory_creator_t Creator => new() { new_memory = &OnNewMemory };

    /// <summary>Makes this the region that an instance created on this thread gets.</summary>
    /// <param name="owner">Tells the modules apart: guests of one owner are expected to touch the same pages.</param>
    /// <param name="limitBytes">Largest size it may reach.</param>
    public void Lend(nint owner, long limitBytes)
    {
        if (_presentPages > CheapBytes / PageBytes && (owner != _lastOwner || _runsSinceGivenBack >= RelearnRuns))
        {
            GiveBack();
        }

        _lastOwner = owner;
        _runsSinceGivenBack++;
        _state->Limit = (nuint)Math.Clamp(limitBytes, 0, ReservationBytes);
        _state->Size = 0;
        _state->LimitReached = false;
        t_current = this;
    }

    /// <summary>Takes the memory back after the instance is gone and cleans it.</summary>
    public void Reclaim()
    {
        t_current = null;
        if (!_clean)
        {
            Clean();
        }
    }

    /// <summary>Gives all memory back to the kernel. Any thread, while the slot is kept from lending the region.</summary>
    public void Trim()
    {
        if (_presentPages > 0)
        {
            GiveBack();
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMemory.Free(_state);
        return munmap((void*)handle, s_mappedBytes) == 0;
    }

    private bool TryCreate(nuint minimum)
    {
        if (minimum > _state->Limit)
        {
            _state->LimitReached = true;
            return false;
        }

        if (!_clean || _state->Size != 0 || !TrySetAccessible(_state, minimum))
        {
            return false;
        }

        _clean = false;
        _state->Size = minimum;
        return true;
    }

    private void Clean()
    {
        _highWater = nuint.Max(_highWater, _state->Accessible);
        var faults = ThreadFaults();
        if (faults != _faultsAtScan)
        {
            _faultsAtScan = faults;
            if (!TryFindPresentPages())
            {
                GiveBack();
            }
        }

        // What lies beyond the accessible part was cleared when it last was accessible.
        var end = (uint)(_state->Accessible / PageBytes);
        foreach (var (first, count) in CollectionsMarshal.AsSpan(_present))
        {
            if (first < end)
            {
                NativeMemory.Clear(Start + ((nuint)first * PageBytes), (nuint)uint.Min(count, end - first) * PageBytes);
            }
        }

        _clean = true;
    }

    /// <summary>Reads which pages of [0, high water) exist.</summary>
    /// <returns>False when they are too many to keep.</returns>
    [SkipLocalsInit]
    private bool TryFindPresentPages()
    {
        _present.Clear();
        _presentPages = 0;
        if (_highWater > (nuint)MaxScanBytes)
        {
            return false;
        }

        const int ChunkPages = 512;
        var entries = stackalloc ulong[ChunkPages];
        var pages = (uint)(_highWater / PageBytes);
        for (uint chunk = 0; chunk < pages; chunk += ChunkPages)
        {
            var count = uint.Min(ChunkPages, pages - chunk);
            var offset = ((nint)Start / PageBytes + (nint)chunk) * sizeof(ulong);
            if (_pagemap < 0 || pread(_pagemap, entries, count * sizeof(ulong), offset) != (nint)(count * sizeof(ulong)))
            {
                return false;
            }

            for (uint i = 0; i < count; i++)
            {
                if ((entries[i] & PagePresentOrSwapped) == 0)
                {
                    continue;
                }

                if (++_presentPages > KeepResidentBytes / PageBytes)
                {
                    return false;
                }

                var page = chunk + i;
                if (_present.Count > 0 && _present[^1] is var last && last.First + last.Count == page)
                {
                    _present[^1] = (last.First, last.Count + 1);
                }
                else
                {
                    _present.Add((page, 1));
                }
            }
        }

        return true;
    }

    private void GiveBack()
    {
        _present.Clear();
        _presentPages = 0;
        _runsSinceGivenBack = 0;
        if (madvise(Start, _highWater, MADV_DONTNEED) != 0)
        {
            // Never seen on private anonymous memory; the slot must not run another guest on what this one left.
            throw new InvalidOperationException("the kernel refused to take guest memory back");
        }

        _highWater = _state->Accessible;
    }

    private static bool TrySetAccessible(State* state, nuint bytes)
    {
        // Sizes are multiples of 64 KiB: the guest's page, hence of the host's.
        var accessible = state->Accessible;
        var done = bytes == accessible
            || (bytes > accessible
                ? mprotect(state->Start + accessible, bytes - accessible, PROT_READ | PROT_WRITE) == 0
                : mprotect(state->Start + bytes, accessible - bytes, PROT_NONE) == 0);
        if (done)
        {
            state->Accessible = bytes;
        }

        return done;
    }

    private static long ThreadFaults()
    {
        rusage usage;
        _ = getrusage(RUSAGE_THREAD, &usage);
        return usage.ru_minflt + usage.ru_majflt;
    }

    private static int OpenPagemap()
    {
        fixed (byte* path = "/proc/self/pagemap\0"u8)
        {
            return open(path, O_RDONLY | O_CLOEXEC, 0);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static wasmtime_error_t* OnNewMemory(
        void* env,
        wasm_memorytype_t* type,
        nuint minimum,
        nuint maximum,
        nuint reservedBytes,
        nuint guardBytes,
        wasmtime_linear_memory_t* memory)
    {
        var region = t_current;
        if (region is null || reservedBytes > s_reservationBytes || guardBytes > (nuint)GuardBytes || !region.TryCreate(minimum))
        {
            return Refusal();
        }

        memory->env = region._state;
        memory->get_memory = &OnGetMemory;
        memory->grow_memory = &OnGrowMemory;
        memory->finalizer = null;
        return null;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte* OnGetMemory(void* env, nuint* byteSize, nuint* byteCapacity)
    {
        var state = (State*)env;
        *byteSize = state->Size;
        *byteCapacity = s_reservationBytes;
        return state->Start;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static wasmtime_error_t* OnGrowMemory(void* env, nuint newSize)
    {
        var state = (State*)env;
        if (newSize > state->Limit)
        {
            state->LimitReached = true;
            return Refusal();
        }

        if (!TrySetAccessible(state, newSize))
        {
            return Refusal();
        }

        state->Size = newSize;
        return null;
    }

    private static wasmtime_error_t* Refusal()
    {
        fixed (byte* message = "memory refused\0"u8)
        {
            return wasmtime_error_new(message);
        }
    }

    /// <summary>Outside the managed heap: the engine keeps its address.</summary>
    private struct State
    {
        public byte* Start;
        public nuint Size;
        public nuint Limit;
        public nuint Accessible;
        public bool LimitReached;
    }
}
