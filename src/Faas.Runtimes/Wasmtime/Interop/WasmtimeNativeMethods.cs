using System.Runtime.InteropServices;

namespace Faas.Runtimes.Wasmtime.Interop;

/// <summary>
/// The part of libwasmtime's C API that is used here, by its C names, grouped by header.
/// "Owns" means the caller must delete what it gets, "consumes" that the callee does, "borrows" neither.
/// </summary>
internal static unsafe partial class WasmtimeNativeMethods
{
    public const string Library = "wasmtime";

    public const byte WASM_EXTERN_FUNC = 0;
    public const byte WASM_EXTERN_MEMORY = 3;
    public const byte WASM_I32 = 0;
    public const byte WASM_I64 = 1;
    public const byte WASMTIME_EXTERN_FUNC = 0;
    public const byte WASMTIME_OPT_LEVEL_SPEED = 1;
    public const byte WASMTIME_STRATEGY_CRANELIFT = 1;
    public const byte WASMTIME_UPDATE_DEADLINE_CONTINUE = 0;

    // ---- wasm.h

    /// <summary>Owns.</summary>
    [LibraryImport(Library)]
    public static partial wasm_config_t* wasm_config_new();

    /// <summary>Consumes the configuration; owns the engine.</summary>
    [LibraryImport(Library)]
    public static partial WasmEngineHandle wasm_engine_new_with_config(wasm_config_t* config);

    [LibraryImport(Library)]
    public static partial void wasm_engine_delete(nint engine);

    [LibraryImport(Library)]
    public static partial void wasm_byte_vec_delete(wasm_byte_vec_t* vec);

    /// <summary>Owns.</summary>
    [LibraryImport(Library)]
    public static partial wasm_valtype_t* wasm_valtype_new(byte kind);

    /// <summary>Consumes the elements, copies the array; owns the vector's content.</summary>
    [LibraryImport(Library)]
    public static partial void wasm_valtype_vec_new(wasm_pointer_vec_t* @out, nuint size, wasm_valtype_t** data);

    /// <summary>Consumes both vectors; owns the type.</summary>
    [LibraryImport(Library)]
    public static partial wasm_functype_t* wasm_functype_new(wasm_pointer_vec_t* @params, wasm_pointer_vec_t* results);

    [LibraryImport(Library)]
    public static partial void wasm_functype_delete(wasm_functype_t* type);

    /// <summary>Borrows.</summary>
    [LibraryImport(Library)]
    public static partial wasm_pointer_vec_t* wasm_functype_params(wasm_functype_t* type);

    /// <summary>Borrows.</summary>
    [LibraryImport(Library)]
    public static partial wasm_pointer_vec_t* wasm_functype_results(wasm_functype_t* type);

    [LibraryImport(Library)]
    public static partial byte wasm_externtype_kind(wasm_externtype_t* type);

    /// <summary>Borrows; null when it is no function.</summary>
    [LibraryImport(Library)]
    public static partial wasm_functype_t* wasm_externtype_as_functype_const(wasm_externtype_t* type);

    /// <summary>Borrows.</summary>
    [LibraryImport(Library)]
    public static partial wasm_byte_vec_t* wasm_exporttype_name(wasm_exporttype_t* type);

    /// <summary>Borrows.</summary>
    [LibraryImport(Library)]
    public static partial wasm_externtype_t* wasm_exporttype_type(wasm_exporttype_t* type);

    [LibraryImport(Library)]
    public static partial void wasm_exporttype_vec_delete(wasm_pointer_vec_t* vec);

    [LibraryImport(Library)]
    public static partial void wasm_trap_delete(wasm_trap_t* trap);

    /// <summary>Owns the vector's content; the frames borrow from the trap.</summary>
    [LibraryImport(Library)]
    public static partial void wasm_trap_trace(wasm_trap_t* trap, wasm_pointer_vec_t* @out);

    [LibraryImport(Library)]
    public static partial void wasm_frame_vec_delete(wasm_pointer_vec_t* vec);

    // ---- wasmtime/config.h

    [LibraryImport(Library)]
    public static partial void wasmtime_config_epoch_interruption_set(wasm_config_t* config, byte value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_max_wasm_stack_set(wasm_config_t* config, nuint value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_wasm_threads_set(wasm_config_t* config, byte value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_wasm_function_references_set(wasm_config_t* config, byte value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_wasm_gc_set(wasm_config_t* config, byte value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_wasm_exceptions_set(wasm_config_t* config, byte value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_gc_support_set(wasm_config_t* config, byte value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_wasm_multi_memory_set(wasm_config_t* config, byte value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_wasm_memory64_set(wasm_config_t* config, byte value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_wasm_custom_page_sizes_set(wasm_config_t* config, byte value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_strategy_set(wasm_config_t* config, byte value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_parallel_compilation_set(wasm_config_t* config, byte value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_cranelift_opt_level_set(wasm_config_t* config, byte value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_memory_may_move_set(wasm_config_t* config, byte value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_memory_reservation_set(wasm_config_t* config, ulong value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_memory_guard_size_set(wasm_config_t* config, ulong value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_memory_init_cow_set(wasm_config_t* config, byte value);

    [LibraryImport(Library)]
    public static partial void wasmtime_config_concurrency_support_set(wasm_config_t* config, byte value);

    /// <summary>Copies the structure.</summary>
    [LibraryImport(Library)]
    public static partial void wasmtime_config_host_memory_creator_set(wasm_config_t* config, wasmtime_memory_creator_t* creator);

    // ---- wasmtime/engine.h

    /// <summary>One atomic addition; any thread.</summary>
    [LibraryImport(Library)]
    public static partial void wasmtime_engine_increment_epoch(WasmEngineHandle engine);

    // ---- wasmtime/error.h

    /// <summary>Owns.</summary>
    [LibraryImport(Library)]
    public static partial wasmtime_error_t* wasmtime_error_new(byte* message);

    [LibraryImport(Library)]
    public static partial void wasmtime_error_delete(wasmtime_error_t* error);

    /// <summary>Owns the bytes.</summary>
    [LibraryImport(Library)]
    public static partial void wasmtime_error_message(wasmtime_error_t* error, wasm_byte_vec_t* message);

    // ---- wasmtime/trap.h

    /// <summary>Owns; a callback that returns it gives it away.</summary>
    [LibraryImport(Library)]
    public static partial wasm_trap_t* wasmtime_trap_new_code(byte code);

    [LibraryImport(Library)]
    public static partial byte wasmtime_trap_code(wasm_trap_t* trap, byte* code);

    /// <summary>Borrows from the frame; null when the module names nothing.</summary>
    [LibraryImport(Library)]
    public static partial wasm_byte_vec_t* wasmtime_frame_func_name(wasm_frame_t* frame);

    // ---- wasmtime/wat.h

    /// <summary>Owns the bytes.</summary>
    [LibraryImport(Library)]
    public static partial wasmtime_error_t* wasmtime_wat2wasm(byte* wat, nuint wat_len, wasm_byte_vec_t* ret);

    // ---- wasmtime/module.h

    /// <summary>Borrows the bytes.</summary>
    [LibraryImport(Library)]
    public static partial wasmtime_error_t* wasmtime_module_validate(WasmEngineHandle engine, byte* wasm, nuint wasm_len);

    /// <summary>Borrows the bytes; owns the module.</summary>
    [LibraryImport(Library)]
    public static partial wasmtime_error_t* wasmtime_module_new(WasmEngineHandle engine, byte* wasm, nuint wasm_len, wasmtime_module_t** ret);

    [LibraryImport(Library)]
    public static partial void wasmtime_module_delete(nint module);

    /// <summary>Owns the vector's content.</summary>
    [LibraryImport(Library)]
    public static partial void wasmtime_module_exports(WasmtimeModuleHandle module, wasm_pointer_vec_t* @out);

    /// <summary>Owns the bytes.</summary>
    [LibraryImport(Library)]
    public static partial wasmtime_error_t* wasmtime_module_serialize(WasmtimeModuleHandle module, wasm_byte_vec_t* ret);

    /// <summary>Maps the file; owns the module. The path ends with a zero.</summary>
    [LibraryImport(Library)]
    public static partial wasmtime_error_t* wasmtime_module_deserialize_file(WasmEngineHandle engine, byte* path, wasmtime_module_t** ret);

    [LibraryImport(Library)]
    public static partial void wasmtime_module_image_range(WasmtimeModuleHandle module, void** start, void** end);

    // ---- wasmtime/linker.h

    /// <summary>Owns.</summary>
    [LibraryImport(Library)]
    public static partial WasmtimeLinkerHandle wasmtime_linker_new(WasmEngineHandle engine);

    [LibraryImport(Library)]
    public static partial void wasmtime_linker_delete(nint linker);

    /// <summary>Borrows names and type; <paramref name="data"/> must outlive the linker and every module linked by it.</summary>
    [LibraryImport(Library)]
    public static partial wasmtime_error_t* wasmtime_linker_define_func_unchecked(
        WasmtimeLinkerHandle linker,
        byte* module,
        nuint module_len,
        byte* name,
        nuint name_len,
        wasm_functype_t* ty,
        delegate* unmanaged[Cdecl]<void*, wasmtime_caller_t*, wasmtime_val_raw_t*, nuint, wasm_trap_t*> cb,
        void* data,
        delegate* unmanaged[Cdecl]<void*, void> finalizer);

    /// <summary>Owns; keeps the module alive.</summary>
    [LibraryImport(Library)]
    public static partial wasmtime_error_t* wasmtime_linker_instantiate_pre(
        WasmtimeLinkerHandle linker, WasmtimeModuleHandle module, wasmtime_instance_pre_t** instance_pre);

    // ---- wasmtime/instance.h: called for every invocation, hence raw pointers (see WasmtimeSlot.Run).

    [LibraryImport(Library)]
    public static partial void wasmtime_instance_pre_delete(nint instance_pre);

    /// <summary>Owns the error or the trap.</summary>
    [LibraryImport(Library)]
    public static partial wasmtime_error_t* wasmtime_instance_pre_instantiate(
        wasmtime_instance_pre_t* instance_pre, wasmtime_context_t* store, wasmtime_instance_t* instance, wasm_trap_t** trap_ptr);

    /// <summary>A function needs no deletion.</summary>
    [LibraryImport(Library)]
    public static partial byte wasmtime_instance_export_get(
        wasmtime_context_t* store, wasmtime_instance_t* instance, byte* name, nuint name_len, wasmtime_extern_t* item);

    // ---- wasmtime/func.h

    /// <summary>Owns the error or the trap.</summary>
    [LibraryImport(Library)]
    public static partial wasmtime_error_t* wasmtime_func_call_unchecked(
        wasmtime_context_t* store, wasmtime_func_t* func, wasmtime_val_raw_t* args_and_results, nuint args_and_results_len, wasm_trap_t** trap);

    // ---- wasmtime/store.h

    /// <summary>Owns.</summary>
    [LibraryImport(Library)]
    public static partial wasmtime_store_t* wasmtime_store_new(wasm_engine_t* engine, void* data, delegate* unmanaged[Cdecl]<void*, void> finalizer);

    [LibraryImport(Library)]
    public static partial void wasmtime_store_delete(wasmtime_store_t* store);

    /// <summary>Borrows. A few instructions: no transition out of the runtime.</summary>
    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial wasmtime_context_t* wasmtime_store_context(wasmtime_store_t* store);

    /// <summary>−1 leaves a limit unset. A few instructions: no transition out of the runtime.</summary>
    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial void wasmtime_store_limiter(
        wasmtime_store_t* store, long memory_size, long table_elements, long instances, long tables, long memories);

    /// <summary>One small allocation: no transition out of the runtime.</summary>
    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial void wasmtime_store_epoch_deadline_callback(
        wasmtime_store_t* store,
        delegate* unmanaged[Cdecl]<wasmtime_context_t*, void*, ulong*, byte*, wasmtime_error_t*> func,
        void* data,
        delegate* unmanaged[Cdecl]<void*, void> finalizer);

    /// <summary>A few instructions: no transition out of the runtime.</summary>
    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial void wasmtime_context_set_epoch_deadline(wasmtime_context_t* context, ulong ticks_beyond_current);
}
