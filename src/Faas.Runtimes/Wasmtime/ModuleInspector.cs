using System.Text;
using Faas.Runtimes.Wasi;
using Faas.Runtimes.Wasmtime.Interop;
using static Faas.Runtimes.Wasmtime.Interop.WasmtimeNativeMethods;

namespace Faas.Runtimes.Wasmtime;

/// <summary>Checks that a module is a WASI preview 1 command that this worker can run.</summary>
internal static unsafe class ModuleInspector
{
    /// <exception cref="ModuleLoadException">An import is unknown or an export is missing.</exception>
    public static void Check(WasmtimeModuleHandle module)
    {
        CheckImports(module);
        CheckExports(module);
    }

    private static void CheckImports(WasmtimeModuleHandle module)
    {
        wasm_pointer_vec_t imports;
        wasmtime_module_imports(module, &imports);
        try
        {
            for (nuint i = 0; i < imports.size; i++)
            {
                var import = (wasm_importtype_t*)imports.data[i];
                CheckImport(Text(wasm_importtype_module(import)), Text(wasm_importtype_name(import)), wasm_importtype_type(import));
            }
        }
        finally
        {
            wasm_importtype_vec_delete(&imports);
        }
    }

    private static void CheckImport(string module, string name, wasm_externtype_t* type)
    {
        var isFunction = wasm_externtype_kind(type) == WASM_EXTERN_FUNC;
        var function = isFunction ? wasm_externtype_as_functype_const(type) : null;
        ModuleRules.CheckImport(
            module,
            name,
            isFunction,
            isFunction ? Codes(wasm_functype_params(function)) : [],
            isFunction ? Codes(wasm_functype_results(function)) : []);
    }

    private static void CheckExports(WasmtimeModuleHandle module)
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

    // Only the two types that WASI uses are told apart.
    private static byte[] Codes(wasm_pointer_vec_t* types)
    {
        var codes = new byte[(int)types->size];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = wasm_valtype_kind((wasm_valtype_t*)types->data[i]) switch
            {
                WASM_I32 => ModuleRules.I32,
                WASM_I64 => ModuleRules.I64,
                _ => 0,
            };
        }

        return codes;
    }

    private static string Text(wasm_byte_vec_t* name) => Encoding.UTF8.GetString(name->Span);
}
