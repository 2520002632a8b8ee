using System.Runtime.InteropServices;

namespace Faas.Runtimes.WasmC.Interop;

/// <summary>
/// The part of the standard wasm C API (<c>wasm.h</c>) that is used here, by its C names, in the header's order.
/// "Owns" means the caller must delete what it gets, "consumes" that the callee does, "borrows" neither (<c>own</c> in the header).
/// </summary>
internal static unsafe partial class WasmCNativeMethods
{
    /// <summary>No file's name: resolved by <see cref="WasmCLibrary"/>.</summary>
    public const string Library = "wasm-c-api";

    public const byte WASM_I32 = 0;
    public const byte WASM_I64 = 1;

    // ---- vectors

    /// <summary>Deletes the content; the structure is the caller's.</summary>
    [LibraryImport(Library)]
    public static partial void wasm_byte_vec_delete(wasm_byte_vec_t* vec);

    // ---- engine, store

    /// <summary>Owns.</summary>
    [LibraryImport(Library)]
    public static partial WasmCEngineHandle wasm_engine_new();

    [LibraryImport(Library)]
    public static partial void wasm_engine_delete(nint engine);

    /// <summary>Owns. The engine must outlive it.</summary>
    [LibraryImport(Library)]
    public static partial wasm_store_t* wasm_store_new(wasm_engine_t* engine);

    [LibraryImport(Library)]
    public static partial void wasm_store_delete(wasm_store_t* store);

    // ---- types

    /// <summary>Owns.</summary>
    [LibraryImport(Library)]
    public static partial wasm_valtype_t* wasm_valtype_new(byte kind);

    /// <summary>Consumes the elements, copies the array; owns the vector's content.</summary>
    [LibraryImport(Library)]
    public static partial void wasm_valtype_vec_new(wasm_valtype_vec_t* @out, nuint size, wasm_valtype_t** data);

    /// <summary>Owns nothing.</summary>
    [LibraryImport(Library)]
    public static partial void wasm_valtype_vec_new_empty(wasm_valtype_vec_t* @out);

    /// <summary>Consumes both vectors; owns the type.</summary>
    [LibraryImport(Library)]
    public static partial wasm_functype_t* wasm_functype_new(wasm_valtype_vec_t* @params, wasm_valtype_vec_t* results);

    [LibraryImport(Library)]
    public static partial void wasm_functype_delete(wasm_functype_t* type);

    // ---- traps

    /// <summary>Borrows the message, which ends with a zero; owns. A callback that returns it gives it away.</summary>
    [LibraryImport(Library)]
    public static partial wasm_trap_t* wasm_trap_new(wasm_store_t* store, wasm_byte_vec_t* message);

    [LibraryImport(Library)]
    public static partial void wasm_trap_delete(wasm_trap_t* trap);

    /// <summary>Owns the bytes, which end with a zero.</summary>
    [LibraryImport(Library)]
    public static partial void wasm_trap_message(wasm_trap_t* trap, wasm_byte_vec_t* @out);

    // ---- modules

    /// <summary>Borrows the bytes; owns, null when refused.</summary>
    [LibraryImport(Library)]
    public static partial wasm_module_t* wasm_module_new(wasm_store_t* store, wasm_byte_vec_t* binary);

    /// <summary>Borrows the bytes; a C <c>bool</c>.</summary>
    [LibraryImport(Library)]
    public static partial byte wasm_module_validate(wasm_store_t* store, wasm_byte_vec_t* binary);

    [LibraryImport(Library)]
    public static partial void wasm_module_delete(nint module);

    /// <summary>Owns the bytes; leaves <paramref name="out"/> alone, or empty, when it fails.</summary>
    [LibraryImport(Library)]
    public static partial void wasm_module_serialize(wasm_module_t* module, wasm_byte_vec_t* @out);

    /// <summary>Borrows the bytes; owns, null when refused.</summary>
    [LibraryImport(Library)]
    public static partial wasm_module_t* wasm_module_deserialize(wasm_store_t* store, wasm_byte_vec_t* binary);

    /// <summary>Borrows the module; owns. Not in every library: see <see cref="WasmCLibrary.SharesModules"/>.</summary>
    [LibraryImport(Library)]
    public static partial wasm_shared_module_t* wasm_module_share(wasm_module_t* module);

    [LibraryImport(Library)]
    public static partial void wasm_shared_module_delete(nint module);

    /// <summary>Borrows the shared module; owns.</summary>
    [LibraryImport(Library)]
    public static partial wasm_module_t* wasm_module_obtain(wasm_store_t* store, wasm_shared_module_t* module);

    // ---- functions

    /// <summary>Borrows the type; owns. <paramref name="env"/>, not null, must outlive the store.</summary>
    [LibraryImport(Library)]
    public static partial wasm_func_t* wasm_func_new_with_env(
        wasm_store_t* store,
        wasm_functype_t* type,
        delegate* unmanaged[Cdecl]<void*, wasm_val_vec_t*, wasm_val_vec_t*, wasm_trap_t*> callback,
        void* env,
        delegate* unmanaged[Cdecl]<void*, void> finalizer);

    [LibraryImport(Library)]
    public static partial void wasm_func_delete(wasm_func_t* func);

    /// <summary>Borrows everything; owns the trap.</summary>
    [LibraryImport(Library)]
    public static partial wasm_trap_t* wasm_func_call(wasm_func_t* func, wasm_val_vec_t* args, wasm_val_vec_t* results);

    // ---- globals

    /// <summary>Owns what a reference in <paramref name="out"/> refers to; numbers own nothing.</summary>
    [LibraryImport(Library)]
    public static partial void wasm_global_get(wasm_global_t* global, wasm_val_t* @out);

    /// <summary>Borrows.</summary>
    [LibraryImport(Library)]
    public static partial void wasm_global_set(wasm_global_t* global, wasm_val_t* val);

    // ---- memories: a few instructions each, once a host call: no transition out of the runtime.

    /// <summary>Borrows, until the memory grows.</summary>
    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial byte* wasm_memory_data(wasm_memory_t* memory);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial nuint wasm_memory_data_size(wasm_memory_t* memory);

    // ---- externs: conversions borrow; null when it is of another kind.

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial wasm_extern_t* wasm_func_as_extern(wasm_func_t* func);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial wasm_func_t* wasm_extern_as_func(wasm_extern_t* item);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial wasm_global_t* wasm_extern_as_global(wasm_extern_t* item);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial wasm_memory_t* wasm_extern_as_memory(wasm_extern_t* item);

    /// <summary>Deletes the elements too.</summary>
    [LibraryImport(Library)]
    public static partial void wasm_extern_vec_delete(wasm_extern_vec_t* vec);

    // ---- instances

    /// <summary>Borrows the module and the imports; owns the instance, null when it fails, and then the trap, if any.</summary>
    [LibraryImport(Library)]
    public static partial wasm_instance_t* wasm_instance_new(
        wasm_store_t* store, wasm_module_t* module, wasm_extern_vec_t* imports, wasm_trap_t** trap);

    [LibraryImport(Library)]
    public static partial void wasm_instance_delete(wasm_instance_t* instance);

    /// <summary>Owns vector and elements, in the order of the module's exports.</summary>
    [LibraryImport(Library)]
    public static partial void wasm_instance_exports(wasm_instance_t* instance, wasm_extern_vec_t* @out);
}
