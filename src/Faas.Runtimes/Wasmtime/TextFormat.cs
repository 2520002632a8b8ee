using Faas.Runtimes.Wasi;
using Faas.Runtimes.Wasmtime.Interop;
using static Faas.Runtimes.Wasmtime.Interop.WasmtimeNativeMethods;

namespace Faas.Runtimes.Wasmtime;

/// <summary>
/// The text format (<c>.wat</c>), for whatever engine is to compile it: a parser of libwasmtime, which is shipped with
/// every worker. No engine is started.
/// </summary>
internal static unsafe class TextFormat
{
    /// <summary>A binary module as it is; text converted.</summary>
    /// <exception cref="ModuleLoadException">It is neither.</exception>
    public static ReadOnlySpan<byte> ToBinary(ReadOnlySpan<byte> wasm)
    {
        if (ModuleRules.IsBinary(wasm))
        {
            return wasm;
        }

        WasmtimeLibrary.EnsureLoaded();
        wasm_byte_vec_t binary;
        fixed (byte* text = wasm)
        {
            var error = wasmtime_wat2wasm(text, (nuint)wasm.Length, &binary);
            if (error is not null)
            {
                throw ModuleRules.Invalid($"not a WASM module in binary or text format: {NativeError.Take(error)}");
            }
        }

        try
        {
            return binary.Span.ToArray();
        }
        finally
        {
            wasm_byte_vec_delete(&binary);
        }
    }
}
