using Faas.Runtimes.Modules;
using Faas.Runtimes.Wasi;

namespace Faas.Runtimes.WasmC;

/// <summary>
/// Reads what must be known of a valid module, checks it, and puts into it what <c>wasm.h</c> cannot ask of an engine:
/// <list type="bullet">
/// <item>each <c>memory.grow</c> becomes a call of an added function, which refuses what would pass a limit that the host
/// writes into an added global, and notes the refusal in another;</item>
/// <item>the start function is called by an added function in front of <c>_start</c> instead of by the instantiation,
/// during which the host can neither see the memory nor set the limit;</item>
/// <item>tables get a maximum.</item>
/// </list>
/// Everything is added behind what is there, so no index changes, and a guest, validated before, cannot name what was added.
/// </summary>
internal sealed class ModuleRewriter
{
    /// <summary>Every function of both WASI modules, and a few twice.</summary>
    private const int MaxImports = 128;

    private readonly ModuleInterface _module;

    private ModuleRewriter(ModuleInterface module) => _module = module;

    /// <param name="wasm">A module that the engine found valid.</param>
    /// <param name="layout">What is needed to run the result.</param>
    /// <returns>The module to compile.</returns>
    /// <exception cref="ModuleLoadException">It is not a WASI command, or uses what is not supported.</exception>
    public static byte[] Rewrite(ReadOnlySpan<byte> wasm, out ModuleLayout layout)
    {
        var module = ModuleInterface.Check(wasm);
        if (module.Imports.Count > MaxImports)
        {
            throw ModuleRules.Invalid($"the module has {module.Imports.Count} imports; {MaxImports} are the most");
        }

        var rewriter = new ModuleRewriter(module);
        var memory = module.Position(ModuleInterface.MemoryKind, ModuleRules.MemoryName);
        var start = module.Position(ModuleInterface.FunctionKind, ModuleRules.StartName);
        rewriter.CapTables();
        var globals = rewriter.LimitMemory();
        rewriter.ReplaceStart(start);
        rewriter.WriteExports();
        layout = new ModuleLayout([.. module.Imports], module.MinimumPages, memory, start, globals, globals < 0 ? globals : globals + 1);
        return module.Sections.Write();
    }

    private void CapTables()
    {
        var reader = _module.Open(SectionId.Table, out var count);
        if (count == 0)
        {
            return;
        }

        var section = new WasmWriter().Unsigned((ulong)count);
        for (var i = 0; i < count; i++)
        {
            var type = reader.ReadByte();
            var flags = reader.ReadByte();
            var minimum = reader.ReadUInt64();
            var maximum = flags == 1 ? reader.ReadUInt64() : ulong.MaxValue;
            if (type is not (0x70 or 0x6f) || flags > 1)
            {
                throw ModuleRules.Invalid("the module has a table of a kind that is not supported");
            }

            section.Byte(type).Byte(1).Unsigned(minimum).Unsigned(ulong.Min(maximum, (ulong)ModuleShape.MaxTableElements));
        }

        _module.Sections.Set(SectionId.Table, section.ToArray());
    }

    /// <returns>Position of the first of two added exports, or −1 when the module never grows its memory.</returns>
    private int LimitMemory()
    {
        var code = new WasmReader(_module.Sections[SectionId.Code]);
        var count = code.IsAtEnd ? 0 : code.ReadCount();
        var grow = (uint)_module.Functions.Count;
        var rewritten = new WasmWriter().Unsigned((ulong)count);
        var found = false;
        for (var i = 0; i < count; i++)
        {
            var body = code.ReadName();
            if (MayGrow(body) && RedirectGrow(body, grow) is { } changed)
            {
                rewritten.Sized(changed);
                found = true;
            }
            else
            {
                rewritten.Sized(body);
            }
        }

        if (!found)
        {
            return -1;
        }

        _ = _module.Open(SectionId.Global, out var globals);
        _module.Sections.Set(SectionId.Code, rewritten.ToArray());
        AddFunction(parameters: [ModuleRules.I32], results: [ModuleRules.I32], body: GrowBody((uint)globals, (uint)globals + 1));

        // Two of (mut i32), 0 at first: until the host has set the limit nothing grows.
        _module.Sections.Append(SectionId.Global, 2, [ModuleRules.I32, 1, 0x41, 0, 0x0b, ModuleRules.I32, 1, 0x41, 0, 0x0b]);
        _module.Exports.Add(("faas:memory-limit"u8.ToArray(), ModuleInterface.GlobalKind, (uint)globals));
        _module.Exports.Add(("faas:memory-refused"u8.ToArray(), ModuleInterface.GlobalKind, (uint)globals + 1));
        return _module.Exports.Count - 2;
    }

    // The bytes of the instruction, wherever they come from; a body without them need not be read. The index may be
    // written longer than it must be.
    private static bool MayGrow(ReadOnlySpan<byte> body) =>
        body.IndexOf((ReadOnlySpan<byte>)[InstructionReader.MemoryGrow, 0x00]) >= 0 ||
        body.IndexOf((ReadOnlySpan<byte>)[InstructionReader.MemoryGrow, 0x80]) >= 0;

    private static byte[]? RedirectGrow(ReadOnlySpan<byte> body, uint target)
    {
        var reader = new WasmReader(body);
        var locals = reader.ReadCount();
        for (var i = 0; i < locals; i++)
        {
            reader.ReadUInt32();
            if (reader.ReadByte() is 0x63 or 0x64)
            {
                throw ModuleRules.Invalid("the module uses a value type that is not supported");
            }
        }

        var result = new WasmWriter().Raw(reader.Since(0));
        var found = false;
        while (!reader.IsAtEnd)
        {
            var position = reader.Position;
            if (InstructionReader.Skip(ref reader) == InstructionReader.MemoryGrow)
            {
                result.Byte(0x10).Unsigned(target); // call
                found = true;
            }
            else
            {
                result.Raw(reader.Since(position));
            }
        }

        return found ? result.ToArray() : null;
    }

    /// <summary>
    /// <c>(i32) → i32</c>: pages + delta, in 64 bits, over the limit is −1; and noted, unless the guest's own maximum
    /// would have refused it too.
    /// </summary>
    private byte[] GrowBody(uint limit, uint refused) => new WasmWriter()
        .Raw([1, 1, ModuleRules.I64])             // one local, i64
        .Raw([0x3f, 0x00, 0xad])                  // memory.size, i64.extend_i32_u
        .Raw([0x20, 0x00, 0xad, 0x7c])            // local.get 0, i64.extend_i32_u, i64.add
        .Raw([0x22, 0x01])                        // local.tee 1
        .Byte(0x23).Unsigned(limit)               // global.get
        .Raw([0xad, 0x56, 0x04, 0x40])            // i64.extend_i32_u, i64.gt_u, if
        .Raw([0x20, 0x01])                        // local.get 1
        .Byte(0x41).Signed(_module.MaximumPages)         // i32.const
        .Raw([0xad, 0x58, 0x04, 0x40])            // i64.extend_i32_u, i64.le_u, if
        .Raw([0x41, 0x01])                        // i32.const 1
        .Byte(0x24).Unsigned(refused)             // global.set
        .Raw([0x0b, 0x41, 0x7f, 0x0f, 0x0b])      // end, i32.const -1, return, end
        .Raw([0x20, 0x00, 0x40, 0x00, 0x0b])      // local.get 0, memory.grow, end
        .ToArray();

    private void ReplaceStart(int startExport)
    {
        if (!_module.Sections.Has(SectionId.Start))
        {
            return;
        }

        var first = new WasmReader(_module.Sections[SectionId.Start]).ReadUInt32();
        _module.Sections.Remove(SectionId.Start);
        var export = _module.Exports[startExport];
        var both = new WasmWriter().Byte(0).Byte(0x10).Unsigned(first).Byte(0x10).Unsigned(export.Index).Byte(0x0b).ToArray();
        _module.Exports[startExport] = export with { Index = AddFunction([], [], both) };
    }

    private uint AddFunction(byte[] parameters, byte[] results, byte[] body)
    {
        var type = (uint)_module.Types.Count;
        _module.Types.Add((parameters, results));
        _module.Sections.Append(SectionId.Type, 1, new WasmWriter().Byte(ModuleInterface.FunctionType).Sized(parameters).Sized(results).Written);
        _module.Functions.Add(type);
        _module.Sections.Append(SectionId.Function, 1, new WasmWriter().Unsigned(type).Written);
        _module.Sections.Append(SectionId.Code, 1, new WasmWriter().Sized(body).Written);
        return (uint)_module.Functions.Count - 1;
    }

    private void WriteExports()
    {
        var section = new WasmWriter().Unsigned((ulong)_module.Exports.Count);
        foreach (var (name, kind, index) in _module.Exports)
        {
            section.Sized(name).Byte(kind).Unsigned(index);
        }

        _module.Sections.Set(SectionId.Export, section.ToArray());
    }
}
