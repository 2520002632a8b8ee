using System.Diagnostics;
using Faas.Protocol.Contracts;
using Faas.Runtimes.Wasi;
using Faas.Runtimes.WasmC.Interop;
using static Faas.Runtimes.WasmC.Interop.WasmCNativeMethods;

namespace Faas.Runtimes.WasmC;

/// <summary>
/// What one thread keeps from invocation to invocation, and the whole life of an instance. Everything the library makes
/// for an invocation lives in a store of its own and is deleted with it. No managed allocation for an invocation that succeeds.
/// </summary>
internal sealed unsafe class WasmCSlot : GuestSlot
{
    private const int PageBytes = 65536;

    [ThreadStatic]
    private static WasmCSlot? t_slot;

    private readonly WasmCBackend _backend;
    private wasm_store_t* _store;
    private wasm_memory_t* _memory;

    private WasmCSlot(WasmCBackend backend) => _backend = backend;

    /// <summary>The slot whose guest runs on this thread; for callbacks.</summary>
    public static WasmCSlot Running => t_slot!;

    /// <summary>The guest's memory at this moment: it moves when it grows.</summary>
    public GuestMemory Memory => new(wasm_memory_data(_memory), wasm_memory_data_size(_memory));

    /// <summary>The caller went away or the deadline has passed.</summary>
    public bool IsOver => Invocation.IsCancelled || Stopwatch.GetTimestamp() >= Invocation.Deadline;

    /// <summary>The calling thread's slot.</summary>
    public static WasmCSlot Of(WasmCBackend backend)
    {
        var slot = t_slot;
        return slot is not null && slot._backend == backend ? slot : t_slot = new WasmCSlot(backend);
    }

    /// <summary>Ends the guest from within a host call.</summary>
    public wasm_trap_t* Interrupt()
    {
        IsInterrupted = true;
        return NewTrap();
    }

    /// <summary>A trap that a host call returns; its reason is in <see cref="Wasi"/>, or parked.</summary>
    public wasm_trap_t* NewTrap()
    {
        var text = "ended by the host\0"u8;
        fixed (byte* bytes = text)
        {
            wasm_byte_vec_t message;
            message.size = (nuint)text.Length;
            message.data = bytes;
            return wasm_trap_new(_store, &message);
        }
    }

    /// <summary>A fresh instance from start to end.</summary>
    /// <param name="module">Kept alive by the caller.</param>
    /// <param name="invocation">Borrowed until the return.</param>
    public InvocationResult Run(WasmCModule module, InvocationContext invocation)
    {
        if (invocation.IsCancelled)
        {
            return new InvocationResult(InvocationStatus.Cancelled);
        }

        var layout = module.Layout;
        var pages = (uint)(long.Min(invocation.Limits.MemoryBytes, _backend.MaxMemoryBytes) / PageBytes);
        if (layout.MinimumPages > pages)
        {
            return LimitResults.Memory(invocation, 0);
        }

        wasm_module_t* obtained = null;
        var made = 0;
        var functions = stackalloc wasm_func_t*[layout.Imports.Length];
        wasm_instance_t* instance = null;
        wasm_extern_vec_t exports = default;
        wasm_trap_t* trap = null;
        try
        {
            Begin(invocation, module.Files);
            _store = wasm_store_new(_backend.Engine.Pointer);
            obtained = module.Obtain(_store);
            var imports = stackalloc wasm_extern_t*[layout.Imports.Length];
            foreach (var import in layout.Imports)
            {
                var function = _backend.HostFunctions.Create(_store, import);
                if (function is null)
                {
                    return Judge(trap: null, refused: false);
                }

                functions[made] = function;
                imports[made] = wasm_func_as_extern(function);
                made++;
            }

            wasm_extern_vec_t vector;
            vector.size = (nuint)made;
            vector.data = imports;
            instance = wasm_instance_new(_store, obtained, &vector, &trap);
            if (instance is null)
            {
                return Judge(trap, refused: false);
            }

            wasm_instance_exports(instance, &exports);
            _memory = wasm_extern_as_memory(exports.data[layout.MemoryExport]);
            if (layout.LimitExport >= 0)
            {
                var limit = default(wasm_val_t);
                limit.kind = WASM_I32;
                limit.i32 = (int)pages;
                wasm_global_set(wasm_extern_as_global(exports.data[layout.LimitExport]), &limit);
            }

            wasm_val_vec_t none = default;
            trap = wasm_func_call(wasm_extern_as_func(exports.data[layout.StartExport]), &none, &none);
            return trap is null
                ? new InvocationResult(InvocationStatus.Ok, PeakMemoryBytes: (long)wasm_memory_data_size(_memory))
                : Judge(trap, layout.RefusedExport >= 0 && IsSet(exports.data[layout.RefusedExport]));
        }
        finally
        {
            // Everything has one owner: us. The store goes last: libraries let the others hold on to it.
            if (trap is not null)
            {
                wasm_trap_delete(trap);
            }

            _memory = null;
            if (instance is not null)
            {
                wasm_extern_vec_delete(&exports);
                wasm_instance_delete(instance);
            }

            for (var i = 0; i < made; i++)
            {
                wasm_func_delete(functions[i]);
            }

            module.Release(obtained);
            wasm_store_delete(_store);
            _store = null;
            End();
        }
    }

    /// <summary>Why the guest did not simply return; borrows the trap.</summary>
    private InvocationResult Judge(wasm_trap_t* trap, bool refused) => Judge(
        refused,
        _memory is null ? 0 : (long)wasm_memory_data_size(_memory),
        trap is not null ? IsOwnTrap && !refused ? TrapText.Read(trap) : "trap" : null,
        "the engine could not make an instance");

    private static bool IsSet(wasm_extern_t* item)
    {
        wasm_val_t value;
        wasm_global_get(wasm_extern_as_global(item), &value);
        return value.i32 != 0;
    }
}
