using Faas.Runtimes.Wasmtime.Interop;
using static Faas.Runtimes.Wasmtime.Interop.WasmtimeNativeMethods;

namespace Faas.Runtimes.Wasmtime;

/// <summary>How engines are configured: the same for compiling at deploy and for running, since native code depends on it.</summary>
internal static unsafe class EngineSettings
{
    /// <summary>Number to raise when anything below changes: part of the cache key of native code.</summary>
    public const int Generation = 1;

    /// <summary>Stack of the guest's native code, 1 MiB. The slot's thread needs this and <see cref="HostStackBytes"/>.</summary>
    public const int MaxWasmStackBytes = 1024 * 1024;

    /// <summary>Room for host calls on top of a guest that used up its own stack.</summary>
    public const int HostStackBytes = 256 * 1024;

    /// <summary>A new engine.</summary>
    public static WasmEngineHandle CreateEngine()
    {
        var config = wasm_config_new();
        wasmtime_config_strategy_set(config, WASMTIME_STRATEGY_CRANELIFT);
        wasmtime_config_cranelift_opt_level_set(config, WASMTIME_OPT_LEVEL_SPEED);
        wasmtime_config_parallel_compilation_set(config, 1);
        wasmtime_config_epoch_interruption_set(config, 1);
        wasmtime_config_max_wasm_stack_set(config, MaxWasmStackBytes);

        // One fixed memory of at most 4 GiB an instance, ours (GuestMemoryRegion); its data segments are copied in,
        // which for the kilobytes that programs have is cheaper than mapping an image and faulting it in.
        wasmtime_config_memory_may_move_set(config, 0);
        wasmtime_config_memory_reservation_set(config, (ulong)GuestMemoryRegion.ReservationBytes);
        wasmtime_config_memory_guard_size_set(config, (ulong)GuestMemoryRegion.GuardBytes);
        wasmtime_config_memory_init_cow_set(config, 0);
        var creator = GuestMemoryRegion.Creator;
        wasmtime_config_host_memory_creator_set(config, &creator);

        // What needs a second memory, a collected heap or threads is refused as an invalid module.
        wasmtime_config_wasm_multi_memory_set(config, 0);
        wasmtime_config_wasm_memory64_set(config, 0);
        wasmtime_config_wasm_custom_page_sizes_set(config, 0);
        wasmtime_config_wasm_threads_set(config, 0);
        wasmtime_config_wasm_function_references_set(config, 0);
        wasmtime_config_wasm_gc_set(config, 0);
        wasmtime_config_wasm_exceptions_set(config, 0);
        wasmtime_config_gc_support_set(config, 0);
        wasmtime_config_concurrency_support_set(config, 0);
        return wasm_engine_new_with_config(config);
    }
}
