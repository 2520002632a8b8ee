using Faas.Runtimes.Wasmtime.Interop;

namespace Faas.Runtimes.Wasmtime;

/// <summary>
/// Advances the engine's epoch while guests run, so that each of them looks at its deadline once a tick. Its thread
/// gives the slots' memory back and sleeps without a timer when no guest has run for a while: an idle process does
/// not wake up.
/// </summary>
internal sealed class EpochTicker : IDisposable
{
    /// <summary>How late a deadline or a cancellation may be noticed. A tick costs a wake-up and, in each running guest, one callback.</summary>
    public const int TickMilliseconds = 5;

    /// <summary>Ticks without any invocation before the thread sleeps: 320 ms. Waking it costs the next invocation a few microseconds.</summary>
    private const int IdleTicks = 64;

    /// <summary>Idle time after which the slots' memory goes back to the kernel. The last time an idle process wakes up.</summary>
    private const int TrimAfterMilliseconds = 5000;

    private readonly WasmEngineHandle _engine;
    private readonly Thread _thread;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Lock _lock = new();
    private WeakReference<SlotActivity>[] _slots = [];
    private int _asleep;
    private volatile bool _stopping;

    public EpochTicker(WasmEngineHandle engine)
    {
        _engine = engine;
        _thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = "wasmtime epoch" };
        _thread.Start();
    }

    /// <summary>Adds a slot; it leaves by being collected.</summary>
    public void Add(SlotActivity slot)
    {
        lock (_lock)
        {
            _slots = [.. _slots.Where(static s => s.TryGetTarget(out _)), new WeakReference<SlotActivity>(slot)];
        }
    }

    /// <summary>To be called after <see cref="SlotActivity.Enter"/>.</summary>
    public void EnsureAwake()
    {
        if (Volatile.Read(ref _asleep) != 0)
        {
            _wake.Set();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping = true;
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
    }

    private void Run()
    {
        var idleTicks = 0;
        uint runsBefore = 0;
        while (!_stopping)
        {
            var (anyRunning, runs) = Look();
            if (anyRunning)
            {
                WasmtimeNativeMethods.wasmtime_engine_increment_epoch(_engine);
            }

            idleTicks = anyRunning || runs != runsBefore ? 0 : idleTicks + 1;
            runsBefore = runs;
            if (idleTicks < IdleTicks)
            {
                _wake.WaitOne(TickMilliseconds);
                continue;
            }

            // A slot sets "running", then reads "asleep"; here "asleep" is set, then "running" read: one of both sees the other.
            Interlocked.Exchange(ref _asleep, 1);
            if (!Look().AnyRunning && !_wake.WaitOne(TrimAfterMilliseconds))
            {
                Trim();
                _wake.WaitOne();
            }

            Interlocked.Exchange(ref _asleep, 0);
            idleTicks = 0;
        }
    }

    private void Trim()
    {
        foreach (var reference in Volatile.Read(ref _slots))
        {
            if (reference.TryGetTarget(out var slot))
            {
                slot.Trim();
            }
        }
    }

    private (bool AnyRunning, uint Runs) Look()
    {
        var anyRunning = false;
        uint runs = 0;
        foreach (var reference in Volatile.Read(ref _slots))
        {
            if (reference.TryGetTarget(out var slot))
            {
                anyRunning |= slot.IsRunning;
                runs += slot.Runs;
            }
        }

        return (anyRunning, runs);
    }
}
