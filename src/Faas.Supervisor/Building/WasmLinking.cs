namespace Faas.Supervisor.Building;

/// <summary>What every C-like module is linked with.</summary>
internal static class WasmLinking
{
    /// <summary>
    /// The guest's stack. wasm-ld's own default of 64 KiB overflows at a few hundred frames; Rust's 1 MiB makes every
    /// fresh instance larger. It is placed first in memory, so that an overflow traps instead of writing over data.
    /// </summary>
    internal const int StackBytes = 256 * 1024;
}
