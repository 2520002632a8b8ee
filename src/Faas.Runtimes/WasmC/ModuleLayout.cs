using Faas.Runtimes.Modules;

namespace Faas.Runtimes.WasmC;

/// <summary>What must be known of a module to run it: found at deploy, kept in front of its native code.</summary>
/// <param name="Imports">In the module's order.</param>
/// <param name="MinimumPages">Memory it starts with, in pages of 64 KiB.</param>
/// <param name="MemoryExport">Position of the memory among the exports.</param>
/// <param name="StartExport">Position of the function to call.</param>
/// <param name="LimitExport">Position of the global that holds the most pages; −1 in a module that never grows its memory.</param>
/// <param name="RefusedExport">Position of the global that is 1 after more was asked for; −1 likewise.</param>
internal sealed record ModuleLayout(
    ImportedFunction[] Imports, uint MinimumPages, int MemoryExport, int StartExport, int LimitExport, int RefusedExport);
