using System.Runtime.InteropServices;

namespace Faas.Runtimes.WasmC.Interop;

// Layouts of wasm.h on 64-bit systems; pinned by WasmCLayoutTests. The opaque types are only ever used behind a pointer.
#pragma warning disable IDE1006, CA1707, CS0649 // C names stay C names; some fields are only written by the library.

internal struct wasm_engine_t;

internal struct wasm_store_t;

internal struct wasm_module_t;

internal struct wasm_shared_module_t;

internal struct wasm_instance_t;

internal struct wasm_extern_t;

internal struct wasm_func_t;

internal struct wasm_memory_t;

internal struct wasm_global_t;

internal struct wasm_trap_t;

internal struct wasm_functype_t;

internal struct wasm_valtype_t;

/// <summary><c>wasm_byte_vec_t</c>, <c>wasm_name_t</c>, <c>wasm_message_t</c>.</summary>
internal unsafe struct wasm_byte_vec_t
{
    public nuint size;
    public byte* data;

    public readonly ReadOnlySpan<byte> Span => new(data, checked((int)size));
}

/// <summary><c>wasm_valtype_vec_t</c>: a counted array of pointers.</summary>
internal unsafe struct wasm_valtype_vec_t
{
    public nuint size;
    public wasm_valtype_t** data;
}

/// <summary><c>wasm_extern_vec_t</c>: a counted array of pointers.</summary>
internal unsafe struct wasm_extern_vec_t
{
    public nuint size;
    public wasm_extern_t** data;
}

/// <summary><c>wasm_val_t</c>: the kind, then a union of 8 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct wasm_val_t
{
    [FieldOffset(0)]
    public byte kind;

    [FieldOffset(8)]
    public int i32;

    [FieldOffset(8)]
    public long i64;
}

/// <summary><c>wasm_val_vec_t</c>: a counted array of values.</summary>
internal unsafe struct wasm_val_vec_t
{
    public nuint size;
    public wasm_val_t* data;
}
