using Faas.Runtimes.Modules;
using Faas.Runtimes.Wasi;

namespace Faas.Microbenchmarks.Runtimes;

/// <summary>
/// A module whose <c>_start</c> returns at once: the same memory, data, tables, functions and imports, so that running it
/// costs what its fresh instance costs and nothing else.
/// </summary>
internal static class StartlessModule
{
    /// <param name="wasm">A WASI command.</param>
    public static byte[] Of(byte[] wasm)
    {
        var module = ModuleInterface.Check(wasm);
        var type = (ulong)module.Types.Count;
        var function = (uint)module.Functions.Count;
        module.Sections.Append(SectionId.Type, 1, [ModuleInterface.FunctionType, 0, 0]);
        module.Sections.Append(SectionId.Function, 1, new WasmWriter().Unsigned(type).Written);
        module.Sections.Append(SectionId.Code, 1, [2, 0, 0x0b]); // two bytes: no locals, end
        var exports = new WasmWriter().Unsigned((ulong)module.Exports.Count);
        foreach (var (name, kind, index) in module.Exports)
        {
            var isStart = kind == ModuleInterface.FunctionKind && name.AsSpan().SequenceEqual(ModuleRules.StartName);
            exports.Sized(name).Byte(kind).Unsigned(isStart ? function : index);
        }

        module.Sections.Set(SectionId.Export, exports.ToArray());
        return module.Sections.Write();
    }
}
