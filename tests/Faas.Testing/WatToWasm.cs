using Faas.Runtimes.Wasmtime.Interop;

namespace Faas.Testing;

/// <summary>Text to binary by the engine's own converter.</summary>
public static unsafe class WatToWasm
{
    /// <exception cref="FormatException">It is no module in text format.</exception>
    public static byte[] Convert(ReadOnlySpan<byte> text) =>
        TryConvert(text) ?? throw new FormatException("not a module in text format");

    /// <summary>Null when it is no module in text format.</summary>
    public static byte[]? TryConvert(ReadOnlySpan<byte> text)
    {
        wasm_byte_vec_t binary;
        fixed (byte* bytes = text)
        {
            var error = WasmtimeNativeMethods.wasmtime_wat2wasm(bytes, (nuint)text.Length, &binary);
            if (error is not null)
            {
                WasmtimeNativeMethods.wasmtime_error_delete(error);
                return null;
            }
        }

        var result = binary.Span.ToArray();
        WasmtimeNativeMethods.wasm_byte_vec_delete(&binary);
        return result;
    }
}
