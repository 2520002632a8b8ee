using System.Collections.Frozen;
using System.Text;
using Faas.Protocol.Contracts;
using Faas.Runtimes.Wasi;
using Faas.Runtimes.Wasmtime.Interop;
using static Faas.Runtimes.Wasmtime.Interop.WasmtimeNativeMethods;

namespace Faas.Runtimes.Wasmtime;

/// <summary>Checks that a module is a WASI preview 1 command that this worker can run.</summary>
internal static unsafe class ModuleInspector
{
    private static readonly FrozenDictionary<string, WasiFunction> s_functions =
        WasiFunctions.All.ToArray().ToFrozenDictionary(static f => f.Name, StringComparer.Ordinal);

    /// <summary>The export that is called.</summary>
    public static ReadOnlySpan<byte> StartName => "_start"u8;

    /// <summary>True for the preamble of a component: <c>\0asm</c>, version 13, layer 1.</summary>
    public static bool IsComponent(ReadOnlySpan<byte> wasm) => wasm.StartsWith("\0asm\x0d\0\x01\0"u8);

    /// <summary>True for any binary module, valid or not.</summary>
    public static bool IsBinary(ReadOnlySpan<byte> wasm) => wasm.StartsWith("\0asm"u8);

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
        if (module is not (WasiFunctions.ModuleName or WasiFunctions.UnstableModuleName))
        {
            throw Invalid(
                $"the module imports {Printable(module)}.{Printable(name)}; only the functions of {WasiFunctions.ModuleName} (WASI preview 1) are provided");
        }

        if (!s_functions.TryGetValue(name, out var function))
        {
            throw Invalid($"the module imports {module}.{Printable(name)}, which WASI preview 1 does not have");
        }

        if (wasm_externtype_kind(type) != WASM_EXTERN_FUNC || !HasSignature(wasm_externtype_as_functype_const(type), function))
        {
            throw Invalid($"the module imports {module}.{name} with a type other than {Signature(function)}");
        }
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
                hasStart |= name.SequenceEqual(StartName) && kind == WASM_EXTERN_FUNC && IsParameterless(wasm_externtype_as_functype_const(type));
                hasMemory |= name.SequenceEqual("memory"u8) && kind == WASM_EXTERN_MEMORY;
                hasInitialize |= name.SequenceEqual("_initialize"u8);
            }
        }
        finally
        {
            wasm_exporttype_vec_delete(&exports);
        }

        if (!hasStart)
        {
            throw Invalid(hasInitialize
                ? "the module is a reactor (a library with _initialize); build a command, which exports _start"
                : "the module does not export a function _start without parameters and results; build a WASI command with a main function");
        }

        if (!hasMemory)
        {
            throw Invalid("the module does not export its memory as \"memory\"");
        }
    }

    private static bool HasSignature(wasm_functype_t* type, WasiFunction function)
    {
        var parameters = wasm_functype_params(type);
        var results = wasm_functype_results(type);
        if (parameters->size != (nuint)function.Parameters.Length || results->size != (function.ReturnsErrno ? 1u : 0u))
        {
            return false;
        }

        for (var i = 0; i < function.Parameters.Length; i++)
        {
            var expected = function.Parameters[i] == WasiValueType.I64 ? WASM_I64 : WASM_I32;
            if (wasm_valtype_kind((wasm_valtype_t*)parameters->data[i]) != expected)
            {
                return false;
            }
        }

        return results->size == 0 || wasm_valtype_kind((wasm_valtype_t*)results->data[0]) == WASM_I32;
    }

    private static bool IsParameterless(wasm_functype_t* type) =>
        wasm_functype_params(type)->size == 0 && wasm_functype_results(type)->size == 0;

    private static string Signature(WasiFunction function) =>
        $"({string.Join(", ", function.Parameters).ToLowerInvariant()}) -> {(function.ReturnsErrno ? "i32" : "()")}";

    private static string Text(wasm_byte_vec_t* name) => Encoding.UTF8.GetString(name->Span);

    private static string Printable(string name) =>
        string.Concat(name.Where(static c => !char.IsControl(c)).Take(100));

    private static ModuleLoadException Invalid(string message) => new(InvocationStatus.InvalidModule, message);
}
