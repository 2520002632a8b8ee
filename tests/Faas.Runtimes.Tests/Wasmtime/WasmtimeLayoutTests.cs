using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Faas.Runtimes.Wasmtime.Interop;

namespace Faas.Runtimes.Tests.Wasmtime;

/// <summary>Sizes and offsets of wasm.h and wasmtime/*.h 50 on 64-bit systems.</summary>
public sealed unsafe class WasmtimeLayoutTests
{
    [Fact]
    public void Sizes_AreThoseOfTheHeaders()
    {
        Assert.Equal(16, sizeof(wasm_byte_vec_t));
        Assert.Equal(16, sizeof(wasm_pointer_vec_t));
        Assert.Equal(16, sizeof(wasmtime_instance_t));
        Assert.Equal(16, sizeof(wasmtime_func_t));
        Assert.Equal(32, sizeof(wasmtime_extern_t));
        Assert.Equal(16, sizeof(wasmtime_val_raw_t));
        Assert.Equal(32, sizeof(wasmtime_linear_memory_t));
        Assert.Equal(24, sizeof(wasmtime_memory_creator_t));
        Assert.Equal(144, sizeof(LibcNativeMethods.rusage));
    }

    [Fact]
    public void Offsets_AreThoseOfTheHeaders()
    {
        var item = default(wasmtime_extern_t);
        Assert.Equal(8, Offset(ref item, ref item.func));
        var vector = default(wasm_byte_vec_t);
        Assert.Equal(8, (byte*)&vector.data - (byte*)&vector);
        var function = default(wasmtime_func_t);
        Assert.Equal(8, (byte*)&function.private_ - (byte*)&function);
        var memory = default(wasmtime_linear_memory_t);
        Assert.Equal(8, (byte*)&memory.get_memory - (byte*)&memory);
        Assert.Equal(16, (byte*)&memory.grow_memory - (byte*)&memory);
        Assert.Equal(24, (byte*)&memory.finalizer - (byte*)&memory);
        var creator = default(wasmtime_memory_creator_t);
        Assert.Equal(8, (byte*)&creator.new_memory - (byte*)&creator);
        Assert.Equal(64, (int)Marshal.OffsetOf<LibcNativeMethods.rusage>(nameof(LibcNativeMethods.rusage.ru_minflt)));
    }

    private static nint Offset<T, TField>(ref T start, ref TField field) =>
        Unsafe.ByteOffset(ref Unsafe.As<T, byte>(ref start), ref Unsafe.As<TField, byte>(ref field));
}
