using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Faas.Protocol.Contracts;
using Faas.Runtimes.Modules;
using Faas.Runtimes.Wasi;
using Faas.Runtimes.Wasmtime.Interop;
using static Faas.Runtimes.Wasmtime.Interop.WasmtimeNativeMethods;

namespace Faas.Runtimes.Wasmtime;

/// <summary>
/// What one thread keeps from invocation to invocation: guest memory, WASI state, its entry with the ticker.
/// Made at the thread's first invocation, collected after its end. No managed allocation for an invocation that succeeds.
/// </summary>
#pragma warning disable CA1001 // A thread has no end to dispose at: the region is a SafeHandle and finalises itself.
internal sealed unsafe class WasmtimeSlot : GuestSlot
#pragma warning restore CA1001
{
    [ThreadStatic]
    private static WasmtimeSlot? t_slot;

    private readonly WasmtimeBackend _backend;
    private readonly GuestMemoryRegion _region = new();
    private readonly SlotActivity _activity;

    private WasmtimeSlot(WasmtimeBackend backend)
    {
        _backend = backend;
        _activity = new SlotActivity(_region);
        backend.Ticker.Add(_activity);
    }

    /// <summary>The slot whose guest runs on this thread; for callbacks.</summary>
    public static WasmtimeSlot Running => t_slot!;

    public GuestMemory Memory => new(_region.Start, _region.Size);

    /// <summary>The calling thread's slot.</summary>
    public static WasmtimeSlot Of(WasmtimeBackend backend)
    {
        var slot = t_slot;
        return slot is not null && slot._backend == backend ? slot : t_slot = new WasmtimeSlot(backend);
    }

    /// <summary>A fresh instance from start to end.</summary>
    /// <param name="module">Kept alive by the caller.</param>
    /// <param name="invocation">Borrowed until the return.</param>
    public InvocationResult Run(WasmtimeModule module, InvocationContext invocation)
    {
        if (invocation.IsCancelled)
        {
            return new InvocationResult(InvocationStatus.Cancelled);
        }

        var instancePre = module.InstancePre;
        wasmtime_store_t* store = null;
        _activity.Enter();
        try
        {
            _backend.Ticker.EnsureAwake();
            Begin(invocation, module.Files);
            _region.Lend((nint)instancePre, long.Min(invocation.Limits.MemoryBytes, _backend.MaxMemoryBytes));
            store = wasmtime_store_new(_backend.Engine.Pointer, null, null);
            wasmtime_store_limiter(store, -1, ModuleShape.MaxTableElements, 1, ModuleShape.MaxTables, 1);
            wasmtime_store_epoch_deadline_callback(store, &OnEpoch, null, null);
            var context = wasmtime_store_context(store);
            wasmtime_context_set_epoch_deadline(context, 1);

            wasm_trap_t* trap = null;
            var error = Call(instancePre, context, &trap);
            return error is null && trap is null
                ? new InvocationResult(InvocationStatus.Ok, PeakMemoryBytes: (long)_region.Size)
                : Judge(error, trap);
        }
        finally
        {
            if (store is not null)
            {
                wasmtime_store_delete(store);
            }

            _region.Reclaim();
            _activity.Exit();
            End();
        }
    }

    private static wasmtime_error_t* Call(wasmtime_instance_pre_t* instancePre, wasmtime_context_t* context, wasm_trap_t** trap)
    {
        wasmtime_instance_t instance;
        var error = wasmtime_instance_pre_instantiate(instancePre, context, &instance, trap);
        if (error is not null || *trap is not null)
        {
            return error;
        }

        wasmtime_extern_t start;
        fixed (byte* name = ModuleRules.StartName)
        {
            // Present, a function and of the right type: checked when the module was loaded.
            wasmtime_instance_export_get(context, &instance, name, (nuint)ModuleRules.StartName.Length, &start);
        }

        wasmtime_val_raw_t none;
        return wasmtime_func_call_unchecked(context, &start.func, &none, 0, trap);
    }

    /// <summary>Why the guest did not simply return; consumes both.</summary>
    private InvocationResult Judge(wasmtime_error_t* error, wasm_trap_t* trap)
    {
        string? words = null;
        string? failure = null;
        if (trap is not null)
        {
            // The words are only needed, and only paid for, when no host call ended the guest.
            words = IsOwnTrap ? TrapMessages.Describe(trap) : null;
            wasm_trap_delete(trap);
        }

        if (error is not null && IsInterrupted)
        {
            wasmtime_error_delete(error);
        }
        else if (error is not null)
        {
            failure = NativeError.Take(error);
        }

        return Judge(_region.LimitReached, (long)_region.Size, words, failure);
    }

    /// <summary>Once a tick while the guest runs.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static wasmtime_error_t* OnEpoch(wasmtime_context_t* context, void* data, ulong* delta, byte* kind)
    {
        var slot = Running;
        try
        {
            var invocation = slot.Invocation;
            if (!invocation.IsCancelled && Stopwatch.GetTimestamp() < invocation.Deadline)
            {
                *delta = 1;
                *kind = WASMTIME_UPDATE_DEADLINE_CONTINUE;
                return null;
            }

            slot.IsInterrupted = true;
        }
        catch (Exception exception)
        {
            slot.Park(exception);
        }

        fixed (byte* message = "interrupted\0"u8)
        {
            return wasmtime_error_new(message);
        }
    }
}
