using Faas.Runtimes.Wasmtime.Interop;

namespace Faas.Runtimes.Tests.Wasmtime;

/// <summary>Text to binary by the engine's own converter.</summary>
internal static unsafe class WatToWasm
{
    public static byte[] Convert(ReadOnlySpan<byte> text)
    {
        wasm_byte_vec_t binary;
        fixed (byte* bytes = text)
        {
            Assert.True(WasmtimeNativeMethods.wasmtime_wat2wasm(bytes, (nuint)text.Length, &binary) is null);
        }

        var result = binary.Span.ToArray();
        WasmtimeNativeMethods.wasm_byte_vec_delete(&binary);
        return result;
    }
}
