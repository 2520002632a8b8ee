using System.Collections.Frozen;
using Faas.Protocol.Contracts;

namespace Faas.Runtimes.Wasi;

/// <summary>
/// What a module must be to run here, whatever the engine: a WASI preview 1 command. Engines read a module's imports
/// and exports each in their own way and ask here. Messages are for whoever deploys.
/// </summary>
internal static class ModuleRules
{
    /// <summary>Code of <c>i32</c> in the binary format (WebAssembly core specification 2.0, section 5.3.1).</summary>
    public const byte I32 = 0x7f;

    /// <summary>Code of <c>i64</c>.</summary>
    public const byte I64 = 0x7e;

    private static readonly FrozenDictionary<string, int> s_indexes =
        WasiFunctions.All.ToArray().Select(static (f, i) => (f.Name, i)).ToFrozenDictionary(static f => f.Name, static f => f.i, StringComparer.Ordinal);

    /// <summary>The export that is called.</summary>
    public static ReadOnlySpan<byte> StartName => "_start"u8;

    /// <summary>The export that host functions read and write.</summary>
    public static ReadOnlySpan<byte> MemoryName => "memory"u8;

    /// <summary>True for the preamble of a component: <c>\0asm</c>, version 13, layer 1.</summary>
    public static bool IsComponent(ReadOnlySpan<byte> wasm) => wasm.StartsWith("\0asm\x0d\0\x01\0"u8);

    /// <summary>True for any binary module, valid or not.</summary>
    public static bool IsBinary(ReadOnlySpan<byte> wasm) => wasm.StartsWith("\0asm"u8);

    /// <exception cref="ModuleLoadException">It is a component.</exception>
    public static void RefuseComponent(ReadOnlySpan<byte> wasm)
    {
        if (IsComponent(wasm))
        {
            throw Invalid("components (WASI preview 2) are not supported yet; build a core module for wasm32-wasip1");
        }
    }

    /// <summary>Checks one import.</summary>
    /// <param name="module">Module name of the import.</param>
    /// <param name="name">Its name.</param>
    /// <param name="isFunction">False for a global, memory, table or tag.</param>
    /// <param name="parameters">Value types as codes of the binary format.</param>
    /// <param name="results">Likewise.</param>
    /// <returns>Index in <see cref="WasiFunctions.All"/>, and whether it is meant in <see cref="WasiFunctions.Unstable"/>.</returns>
    /// <exception cref="ModuleLoadException">It is not provided, or not with this type.</exception>
    public static (int Index, bool IsUnstable) CheckImport(
        string module, string name, bool isFunction, ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> results)
    {
        if (module is not (WasiFunctions.ModuleName or WasiFunctions.UnstableModuleName))
        {
            throw Invalid(
                $"the module imports {Printable(module)}.{Printable(name)}; only the functions of {WasiFunctions.ModuleName} (WASI preview 1) are provided");
        }

        if (!s_indexes.TryGetValue(name, out var index))
        {
            throw Invalid($"the module imports {module}.{Printable(name)}, which WASI preview 1 does not have");
        }

        var function = WasiFunctions.All[index];
        return isFunction && HasSignature(function, parameters, results)
            ? (index, module == WasiFunctions.UnstableModuleName)
            : throw Invalid($"the module imports {module}.{name} with a type other than {Signature(function)}");
    }

    /// <summary>Checks what was found among the exports.</summary>
    /// <param name="hasStart"><c>_start</c> is a function without parameters and results.</param>
    /// <param name="hasMemory"><c>memory</c> is a memory.</param>
    /// <param name="hasInitialize">There is an <c>_initialize</c>.</param>
    /// <exception cref="ModuleLoadException">One that must be there is not.</exception>
    public static void CheckExports(bool hasStart, bool hasMemory, bool hasInitialize)
    {
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

    /// <summary>A refusal to throw.</summary>
    public static ModuleLoadException Invalid(string message) => new(InvocationStatus.InvalidModule, message);

    private static bool HasSignature(WasiFunction function, ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> results)
    {
        if (parameters.Length != function.Parameters.Length || results.Length != (function.ReturnsErrno ? 1 : 0))
        {
            return false;
        }

        for (var i = 0; i < parameters.Length; i++)
        {
            if (parameters[i] != (function.Parameters[i] == WasiValueType.I64 ? I64 : I32))
            {
                return false;
            }
        }

        return results.Length == 0 || results[0] == I32;
    }

    private static string Signature(WasiFunction function) =>
        $"({string.Join(", ", function.Parameters).ToLowerInvariant()}) -> {(function.ReturnsErrno ? "i32" : "()")}";

    private static string Printable(string name) =>
        string.Concat(name.Where(static c => !char.IsControl(c)).Take(100));
}
