namespace Faas.Supervisor.Building;

/// <summary>What every C-like module is linked with.</summary>
internal static class WasmLinking
{
    /// <summary>
    /// The guest's stack: what Rust gives by itself, about ten thousand frames. wasm-ld's own default of 64 KiB ends at a few
    /// hundred, and a fresh instance pays for the pages it touches, not for those it has. It is placed first in memory, so
    /// that an overflow traps instead of writing over data.
    /// </summary>
    internal const int StackBytes = 1024 * 1024;
}
