using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Faas.Runtimes.Modules;
using Faas.Runtimes.Wasi;
using Faas.Runtimes.WasmC.Interop;
using static Faas.Runtimes.WasmC.Interop.WasmCNativeMethods;

namespace Faas.Runtimes.WasmC;

/// <summary>
/// The WASI functions as the engine calls them: one callback for all, told apart by a native record. Belongs to one
/// engine, since a library may tie a type to the engine that first saw it.
/// </summary>
internal sealed unsafe class WasmCHostFunctions : IDisposable
{
    // One a function: preview 1 and preview 0 have the same types.
    private readonly nint[] _types = [.. WasiFunctions.All.ToArray().Select(static function => (nint)CreateType(function))];

    /// <summary>The function in a store; owned by the caller, null when the library cannot.</summary>
    public wasm_func_t* Create(wasm_store_t* store, ImportedFunction import)
    {
        var record = import.IsUnstable ? HostFunction.Unstable(import.Index) : HostFunction.All(import.Index);
        return wasm_func_new_with_env(store, (wasm_functype_t*)_types[import.Index], &OnCall, record, null);
    }

    /// <summary>No store with a function of this may be left.</summary>
    public void Dispose()
    {
        foreach (var type in _types)
        {
            wasm_functype_delete((wasm_functype_t*)type);
        }
    }

    private static wasm_functype_t* CreateType(WasiFunction function)
    {
        var types = stackalloc wasm_valtype_t*[HostFunction.MaxParameters];
        for (var i = 0; i < function.Parameters.Length; i++)
        {
            types[i] = wasm_valtype_new(function.Parameters[i] == WasiValueType.I64 ? WASM_I64 : WASM_I32);
        }

        wasm_valtype_vec_t parameters, results;
        Vector(&parameters, function.Parameters.Length, types);
        if (function.ReturnsErrno)
        {
            types[0] = wasm_valtype_new(WASM_I32);
        }

        Vector(&results, function.ReturnsErrno ? 1 : 0, types);
        return wasm_functype_new(&parameters, &results);
    }

    private static void Vector(wasm_valtype_vec_t* vector, int count, wasm_valtype_t** types)
    {
        if (count == 0)
        {
            wasm_valtype_vec_new_empty(vector);
        }
        else
        {
            wasm_valtype_vec_new(vector, (nuint)count, types);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    [SkipLocalsInit]
    private static wasm_trap_t* OnCall(void* env, wasm_val_vec_t* args, wasm_val_vec_t* results)
    {
        // The guest runs on behalf of the slot's own thread, so its slot is this thread's.
        var slot = WasmCSlot.Running;
        try
        {
            var function = (HostFunction*)env;
            var arguments = stackalloc long[HostFunction.MaxParameters];
            for (var i = 0; i < function->ParameterCount; i++)
            {
                // The upper half of an i32 is not looked at, and not always written.
                arguments[i] = args->data[i].i64;
            }

            // The engine interrupts nobody; a guest that calls the host can at least be ended here.
            if (slot.IsOver)
            {
                return slot.Interrupt();
            }

            var errno = function->Call(slot.Wasi, slot.Memory, new ReadOnlySpan<long>(arguments, function->ParameterCount));
            if (errno >= 0)
            {
                if (function->ReturnsErrno)
                {
                    results->data[0].kind = WASM_I32;
                    results->data[0].i32 = errno;
                }

                return null;
            }
        }
        catch (Exception exception)
        {
            slot.Park(exception);
        }

        return slot.NewTrap();
    }
}
