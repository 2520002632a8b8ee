using System.Runtime.InteropServices;

namespace Faas.Runtimes.Wasmtime.Interop;

// Layouts of wasm.h and wasmtime/*.h, version 50, on 64-bit Linux; pinned by WasmtimeLayoutTests.
// The opaque types are only ever used behind a pointer.
#pragma warning disable IDE1006, CA1707, CS0649 // C names stay C names; some fields are only written by the library.

internal struct wasm_config_t;

internal struct wasm_engine_t;

internal struct wasm_functype_t;

internal struct wasm_valtype_t;

internal struct wasm_exporttype_t;

internal struct wasm_externtype_t;

internal struct wasm_memorytype_t;

internal struct wasm_trap_t;

internal struct wasm_frame_t;

internal struct wasmtime_error_t;

internal struct wasmtime_linker_t;

internal struct wasmtime_module_t;

internal struct wasmtime_instance_pre_t;

internal struct wasmtime_store_t;

internal struct wasmtime_context_t;

internal struct wasmtime_caller_t;

/// <summary><c>wasm_byte_vec_t</c>, <c>wasm_name_t</c>: bytes owned by whoever the function's documentation says.</summary>
internal unsafe struct wasm_byte_vec_t
{
    public nuint size;
    public byte* data;

    public readonly ReadOnlySpan<byte> Span => new(data, checked((int)size));
}

/// <summary>Any <c>WASM_DECLARE_VEC(x, *)</c>: a counted array of pointers.</summary>
internal unsafe struct wasm_pointer_vec_t
{
    public nuint size;
    public void** data;
}

internal struct wasmtime_instance_t
{
    public ulong store_id;
    public nuint private_;
}

internal unsafe struct wasmtime_func_t
{
    public ulong store_id;
    public void* private_;
}

/// <summary><c>wasmtime_extern_t</c>: discriminant, then a union of which only the function is used here.</summary>
[StructLayout(LayoutKind.Explicit, Size = 32)]
internal struct wasmtime_extern_t
{
    [FieldOffset(0)]
    public byte kind;

    [FieldOffset(8)]
    public wasmtime_func_t func;
}

/// <summary><c>wasmtime_val_raw_t</c>: 16 bytes because of <c>v128</c>.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct wasmtime_val_raw_t
{
    [FieldOffset(0)]
    public int i32;

    [FieldOffset(0)]
    public long i64;
}

/// <summary><c>wasmtime_linear_memory_t</c>: what a memory creator hands over.</summary>
internal unsafe struct wasmtime_linear_memory_t
{
    public void* env;
    public delegate* unmanaged[Cdecl]<void*, nuint*, nuint*, byte*> get_memory;
    public delegate* unmanaged[Cdecl]<void*, nuint, wasmtime_error_t*> grow_memory;
    public delegate* unmanaged[Cdecl]<void*, void> finalizer;
}

/// <summary><c>wasmtime_memory_creator_t</c>: where an engine takes linear memories from.</summary>
internal unsafe struct wasmtime_memory_creator_t
{
    public void* env;
    public delegate* unmanaged[Cdecl]<void*, wasm_memorytype_t*, nuint, nuint, nuint, nuint, wasmtime_linear_memory_t*, wasmtime_error_t*> new_memory;
    public delegate* unmanaged[Cdecl]<void*, void> finalizer;
}
