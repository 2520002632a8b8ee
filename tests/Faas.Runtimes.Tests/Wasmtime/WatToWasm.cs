using Faas.Runtimes.Wasmtime.Interop;

namespace Faas.Runtimes.Tests.Wasmtime;

/// <summary>Text to binary by the engine's own converter.</summary>
internal static unsafe class WatToWasm
{
    public static byte[] Convert(ReadOnlySpan<byte> text)
    {
        var binary = TryConvert(text);
        Assert.NotNull(binary);
        return binary;
    }

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
