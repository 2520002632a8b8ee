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
    /// <summary>More than any function of WASI has (<c>path_open</c>: 9).</summary>
    private const int MaxParameters = 12;

    private readonly HostFunction* _functions = CreateRecords(WasiFunctions.All);
    private readonly HostFunction* _unstable = CreateRecords(WasiFunctions.Unstable);

    /// <summary>The function in a store; owned by the caller, null when the library cannot.</summary>
    public wasm_func_t* Create(wasm_store_t* store, ImportedFunction import)
    {
        var record = (import.IsUnstable ? _unstable : _functions) + import.Index;
        return wasm_func_new_with_env(store, record->Type, &OnCall, record, null);
    }

    /// <summary>No store with a function of this may be left.</summary>
    public void Dispose()
    {
        for (var i = 0; i < WasiFunctions.All.Length; i++)
        {
            wasm_functype_delete(_functions[i].Type);
            wasm_functype_delete(_unstable[i].Type);
        }

        NativeMemory.Free(_functions);
        NativeMemory.Free(_unstable);
    }

    private static HostFunction* CreateRecords(ReadOnlySpan<WasiFunction> all)
    {
        var records = (HostFunction*)NativeMemory.AllocZeroed((nuint)all.Length, (nuint)sizeof(HostFunction));
        for (var i = 0; i < all.Length; i++)
        {
            if (all[i].Parameters.Length > MaxParameters)
            {
                throw new InvalidOperationException($"{all[i].Name} has more than {MaxParameters} parameters");
            }

            records[i].Call = all[i].Call;
            records[i].ParameterCount = all[i].Parameters.Length;
            records[i].ReturnsErrno = all[i].ReturnsErrno;
            records[i].Type = CreateType(all[i]);
        }

        return records;
    }

    private static wasm_functype_t* CreateType(WasiFunction function)
    {
        var types = stackalloc wasm_valtype_t*[MaxParameters];
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
            var arguments = stackalloc long[MaxParameters];
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

    private struct HostFunction
    {
        public delegate*<WasiContext, GuestMemory, ReadOnlySpan<long>, int> Call;
        public wasm_functype_t* Type;
        public int ParameterCount;
        public bool ReturnsErrno;
    }
}
