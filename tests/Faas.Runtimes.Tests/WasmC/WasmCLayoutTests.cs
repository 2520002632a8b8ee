using Faas.Runtimes.WasmC.Interop;

namespace Faas.Runtimes.Tests.WasmC;

/// <summary>Sizes and offsets of wasm.h on 64-bit systems.</summary>
public sealed unsafe class WasmCLayoutTests
{
    [Fact]
    public void Sizes_AreThoseOfTheHeader()
    {
        Assert.Equal(16, sizeof(wasm_byte_vec_t));
        Assert.Equal(16, sizeof(wasm_valtype_vec_t));
        Assert.Equal(16, sizeof(wasm_extern_vec_t));
        Assert.Equal(16, sizeof(wasm_val_vec_t));
        Assert.Equal(16, sizeof(wasm_val_t));
    }

    [Fact]
    public void Offsets_AreThoseOfTheHeader()
    {
        var value = default(wasm_val_t);
        Assert.Equal(0, &value.kind - (byte*)&value);
        Assert.Equal(8, (byte*)&value.i32 - (byte*)&value);
        Assert.Equal(8, (byte*)&value.i64 - (byte*)&value);
        var bytes = default(wasm_byte_vec_t);
        Assert.Equal(8, (byte*)&bytes.data - (byte*)&bytes);
        var values = default(wasm_val_vec_t);
        Assert.Equal(8, (byte*)&values.data - (byte*)&values);
        var externs = default(wasm_extern_vec_t);
        Assert.Equal(8, (byte*)&externs.data - (byte*)&externs);
    }
}
