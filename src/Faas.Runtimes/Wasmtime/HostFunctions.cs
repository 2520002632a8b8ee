using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Faas.Runtimes.Wasi;
using Faas.Runtimes.Wasmtime.Interop;
using static Faas.Runtimes.Wasmtime.Interop.WasmtimeNativeMethods;

namespace Faas.Runtimes.Wasmtime;

/// <summary>The WASI functions as the engine calls them: one callback for all, told apart by a native record.</summary>
internal static unsafe class HostFunctions
{
    /// <summary>Defines every WASI function under both module names.</summary>
    public static void Define(WasmtimeLinkerHandle linker)
    {
        for (var i = 0; i < WasiFunctions.All.Length; i++)
        {
            Define(linker, WasiFunctions.ModuleName, WasiFunctions.All[i], HostFunction.All(i));
            Define(linker, WasiFunctions.UnstableModuleName, WasiFunctions.Unstable[i], HostFunction.Unstable(i));
        }
    }

    private static void Define(WasmtimeLinkerHandle linker, string module, WasiFunction function, HostFunction* record)
    {
        var type = CreateType(function);
        var moduleName = Encoding.UTF8.GetBytes(module);
        var name = Encoding.UTF8.GetBytes(function.Name);
        fixed (byte* moduleBytes = moduleName, nameBytes = name)
        {
            var error = wasmtime_linker_define_func_unchecked(
                linker, moduleBytes, (nuint)moduleName.Length, nameBytes, (nuint)name.Length, type, &OnCall, record, null);
            wasm_functype_delete(type);
            NativeError.ThrowIfAny(error);
        }
    }

    private static wasm_functype_t* CreateType(WasiFunction function)
    {
        var types = stackalloc wasm_valtype_t*[HostFunction.MaxParameters];
        for (var i = 0; i < function.Parameters.Length; i++)
        {
            types[i] = wasm_valtype_new(function.Parameters[i] == WasiValueType.I64 ? WASM_I64 : WASM_I32);
        }

        wasm_pointer_vec_t parameters;
        wasm_valtype_vec_new(&parameters, (nuint)function.Parameters.Length, types);
        if (function.ReturnsErrno)
        {
            types[0] = wasm_valtype_new(WASM_I32);
        }

        wasm_pointer_vec_t results;
        wasm_valtype_vec_new(&results, function.ReturnsErrno ? 1u : 0u, types);
        return wasm_functype_new(&parameters, &results);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    [SkipLocalsInit]
    private static wasm_trap_t* OnCall(void* env, wasmtime_caller_t* caller, wasmtime_val_raw_t* values, nuint count)
    {
        // The guest runs on the slot's own thread, so its slot is this thread's.
        var slot = WasmtimeSlot.Running;
        try
        {
            var function = (HostFunction*)env;
            var arguments = stackalloc long[HostFunction.MaxParameters];
            for (var i = 0; i < function->ParameterCount; i++)
            {
                arguments[i] = values[i].i64;
            }

            var errno = function->Call(slot.Wasi, slot.Memory, new ReadOnlySpan<long>(arguments, function->ParameterCount));
            if (errno >= 0)
            {
                if (function->ReturnsErrno)
                {
                    values[0].i64 = (uint)errno;
                }

                return null;
            }
        }
        catch (Exception exception)
        {
            slot.Park(exception);
        }

        return wasmtime_trap_new_code((byte)TrapCode.Interrupt);
    }
}
