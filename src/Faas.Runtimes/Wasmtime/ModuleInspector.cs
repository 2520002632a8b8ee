using Faas.Runtimes.Wasi;
using Faas.Runtimes.Wasmtime.Interop;
using static Faas.Runtimes.Wasmtime.Interop.WasmtimeNativeMethods;

namespace Faas.Runtimes.Wasmtime;

/// <summary>Checks that native code is that of a command.</summary>
internal static unsafe class ModuleInspector
{
    /// <summary>
    /// The exports; imports are the linker's to check. Only what never asks for a value type, which the C API may have no
    /// word for and then ends the process.
    /// </summary>
    /// <exception cref="ModuleLoadException">One is missing.</exception>
    public static void CheckExports(WasmtimeModuleHandle module)
    {
        bool hasStart = false, hasMemory = false, hasInitialize = false;
        wasm_pointer_vec_t exports;
        wasmtime_module_exports(module, &exports);
        try
        {
            for (nuint i = 0; i < exports.size; i++)
            {
                var export = (wasm_exporttype_t*)exports.data[i];
                var name = wasm_exporttype_name(export)->Span;
                var type = wasm_exporttype_type(export);
                var kind = wasm_externtype_kind(type);
                hasStart |= name.SequenceEqual(ModuleRules.StartName) && kind == WASM_EXTERN_FUNC && IsParameterless(wasm_externtype_as_functype_const(type));
                hasMemory |= name.SequenceEqual(ModuleRules.MemoryName) && kind == WASM_EXTERN_MEMORY;
                hasInitialize |= name.SequenceEqual("_initialize"u8);
            }
        }
        finally
        {
            wasm_exporttype_vec_delete(&exports);
        }

        ModuleRules.CheckExports(hasStart, hasMemory, hasInitialize);
    }

    private static bool IsParameterless(wasm_functype_t* type) =>
        wasm_functype_params(type)->size == 0 && wasm_functype_results(type)->size == 0;
}
