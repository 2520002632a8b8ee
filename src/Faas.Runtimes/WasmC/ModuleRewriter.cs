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
    /// <summary>Elements that a table may have, 8 MiB of function pointers; as with the other engine.</summary>
    private const uint MaxTableElements = 1 << 20;

    private const int MaxTables = 8;

    /// <summary>Every function of both WASI modules, and a few twice.</summary>
    private const int MaxImports = 128;

    private const uint MaxPages = 65536; // 4 GiB

    private const byte FunctionType = 0x60;
    private const byte FunctionKind = 0;
    private const byte MemoryKind = 2;
    private const byte GlobalKind = 3;

    private readonly ModuleSections _sections;
    private readonly List<(byte[] Parameters, byte[] Results)> _types = [];
    private readonly List<ImportedFunction> _imports = [];

    /// <summary>Type of each function, imported ones first.</summary>
    private readonly List<uint> _functions = [];

    private readonly List<(byte[] Name, byte Kind, uint Index)> _exports = [];
    private uint _minimumPages;
    private uint _maximumPages = MaxPages;

    private ModuleRewriter(ReadOnlySpan<byte> wasm)
    {
        _sections = new ModuleSections(wasm);
        ReadTypes();
        ReadImports();
        ReadFunctions();
        ReadMemory();
        ReadExports();
    }

    /// <param name="wasm">A module that the engine found valid.</param>
    /// <param name="layout">What is needed to run the result.</param>
    /// <returns>The module to compile.</returns>
    /// <exception cref="ModuleLoadException">It is not a WASI command, or uses what is not supported.</exception>
    public static byte[] Rewrite(ReadOnlySpan<byte> wasm, out ModuleLayout layout)
    {
        var rewriter = new ModuleRewriter(wasm);
        rewriter.CheckExports();
        var memory = rewriter.Position(MemoryKind, ModuleRules.MemoryName);
        var start = rewriter.Position(FunctionKind, ModuleRules.StartName);
        rewriter.CapTables();
        var globals = rewriter.LimitMemory();
        rewriter.ReplaceStart(start);
        rewriter.WriteExports();
        layout = new ModuleLayout([.. rewriter._imports], rewriter._minimumPages, memory, start, globals, globals < 0 ? globals : globals + 1);
        return rewriter._sections.Write();
    }

    // ---- reading

    private void ReadTypes()
    {
        var reader = Open(SectionId.Type, out var count);
        for (var i = 0; i < count; i++)
        {
            if (reader.ReadByte() != FunctionType)
            {
                throw ModuleRules.Invalid("the module uses types of the garbage collection proposal, which is not supported");
            }

            _types.Add((ReadValueTypes(ref reader), ReadValueTypes(ref reader)));
        }
    }

    private static byte[] ReadValueTypes(ref WasmReader reader)
    {
        var types = reader.ReadBytes((uint)reader.ReadCount());
        return types.ContainsAnyExcept<byte>([0x7f, 0x7e, 0x7d, 0x7c, 0x7b, 0x70, 0x6f])
            ? throw ModuleRules.Invalid("the module uses a value type that is not supported")
            : types.ToArray();
    }

    private void ReadImports()
    {
        var reader = Open(SectionId.Import, out var count);
        for (var i = 0; i < count; i++)
        {
            var module = reader.ReadText();
            var name = reader.ReadText();
            var isFunction = reader.ReadByte() == FunctionKind;
            var type = isFunction ? reader.ReadUInt32() : 0;
            var (parameters, results) = isFunction ? TypeAt(type) : ([], []);
            var (index, isUnstable) = ModuleRules.CheckImport(module, name, isFunction, parameters, results);
            _imports.Add(new ImportedFunction(index, isUnstable));
            _functions.Add(type);
        }

        if (count > MaxImports)
        {
            throw ModuleRules.Invalid($"the module has {count} imports; {MaxImports} are the most");
        }
    }

    private void ReadFunctions()
    {
        var reader = Open(SectionId.Function, out var count);
        for (var i = 0; i < count; i++)
        {
            _functions.Add(reader.ReadUInt32());
        }
    }

    private void ReadMemory()
    {
        var reader = Open(SectionId.Memory, out var count);
        if (count > 1)
        {
            throw ModuleRules.Invalid("the module has more than one memory");
        }

        if (count == 1)
        {
            var flags = reader.ReadByte();
            if (flags > 1)
            {
                throw ModuleRules.Invalid("the module's memory is shared or 64-bit, which is not supported");
            }

            _minimumPages = reader.ReadUInt32();
            _maximumPages = flags == 1 ? reader.ReadUInt32() : MaxPages;
        }
    }

    private void ReadExports()
    {
        var reader = Open(SectionId.Export, out var count);
        for (var i = 0; i < count; i++)
        {
            _exports.Add((reader.ReadName().ToArray(), reader.ReadByte(), reader.ReadUInt32()));
        }
    }

    private void CheckExports()
    {
        var start = Position(FunctionKind, ModuleRules.StartName);
        ModuleRules.CheckExports(
            hasStart: start >= 0 && TypeAt(FunctionAt(_exports[start].Index)) is ({ Length: 0 }, { Length: 0 }),
            hasMemory: Position(MemoryKind, ModuleRules.MemoryName) >= 0,
            hasInitialize: _exports.Exists(static e => e.Name.AsSpan().SequenceEqual("_initialize"u8)));
    }

    private int Position(byte kind, ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _exports.Count; i++)
        {
            if (_exports[i].Kind == kind && _exports[i].Name.AsSpan().SequenceEqual(name))
            {
                return i;
            }
        }

        return -1;
    }

    private (byte[] Parameters, byte[] Results) TypeAt(uint index) =>
        index < _types.Count ? _types[(int)index] : throw ModuleRules.Invalid("the module names a type that it does not have");

    private uint FunctionAt(uint index) =>
        index < _functions.Count ? _functions[(int)index] : throw ModuleRules.Invalid("the module names a function that it does not have");

    private WasmReader Open(SectionId id, out int count)
    {
        var reader = new WasmReader(_sections[id]);
        count = reader.IsAtEnd ? 0 : reader.ReadCount();
        return reader;
    }

    // ---- rewriting

    private void CapTables()
    {
        var reader = Open(SectionId.Table, out var count);
        if (count == 0)
        {
            return;
        }

        if (count > MaxTables)
        {
            throw ModuleRules.Invalid($"the module has {count} tables; {MaxTables} are the most");
        }

        var section = new WasmWriter().Unsigned((ulong)count);
        for (var i = 0; i < count; i++)
        {
            var type = reader.ReadByte();
            var flags = reader.ReadByte();
            var minimum = flags <= 1 ? reader.ReadUInt64() : ulong.MaxValue;
            var maximum = flags == 1 ? reader.ReadUInt64() : ulong.MaxValue;
            if (type is not (0x70 or 0x6f) || minimum > MaxTableElements)
            {
                throw ModuleRules.Invalid($"the module has a table of a kind that is not supported, or of more than {MaxTableElements} elements");
            }

            section.Byte(type).Byte(1).Unsigned(minimum).Unsigned(ulong.Min(maximum, MaxTableElements));
        }

        _sections.Set(SectionId.Table, section.ToArray());
    }

    /// <returns>Position of the first of two added exports, or −1 when the module never grows its memory.</returns>
    private int LimitMemory()
    {
        var code = new WasmReader(_sections[SectionId.Code]);
        var count = code.IsAtEnd ? 0 : code.ReadCount();
        var grow = (uint)_functions.Count;
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

        _ = Open(SectionId.Global, out var globals);
        _sections.Set(SectionId.Code, rewritten.ToArray());
        AddFunction(parameters: [ModuleRules.I32], results: [ModuleRules.I32], body: GrowBody((uint)globals, (uint)globals + 1));

        // Two of (mut i32), 0 at first: until the host has set the limit nothing grows.
        _sections.Append(SectionId.Global, 2, [ModuleRules.I32, 1, 0x41, 0, 0x0b, ModuleRules.I32, 1, 0x41, 0, 0x0b]);
        _exports.Add(("faas:memory-limit"u8.ToArray(), GlobalKind, (uint)globals));
        _exports.Add(("faas:memory-refused"u8.ToArray(), GlobalKind, (uint)globals + 1));
        return _exports.Count - 2;
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
        .Byte(0x41).Signed(_maximumPages)         // i32.const
        .Raw([0xad, 0x58, 0x04, 0x40])            // i64.extend_i32_u, i64.le_u, if
        .Raw([0x41, 0x01])                        // i32.const 1
        .Byte(0x24).Unsigned(refused)             // global.set
        .Raw([0x0b, 0x41, 0x7f, 0x0f, 0x0b])      // end, i32.const -1, return, end
        .Raw([0x20, 0x00, 0x40, 0x00, 0x0b])      // local.get 0, memory.grow, end
        .ToArray();

    private void ReplaceStart(int startExport)
    {
        if (!_sections.Has(SectionId.Start))
        {
            return;
        }

        var first = new WasmReader(_sections[SectionId.Start]).ReadUInt32();
        _sections.Remove(SectionId.Start);
        var export = _exports[startExport];
        var both = new WasmWriter().Byte(0).Byte(0x10).Unsigned(first).Byte(0x10).Unsigned(export.Index).Byte(0x0b).ToArray();
        _exports[startExport] = export with { Index = AddFunction([], [], both) };
    }

    private uint AddFunction(byte[] parameters, byte[] results, byte[] body)
    {
        var type = (uint)_types.Count;
        _types.Add((parameters, results));
        _sections.Append(SectionId.Type, 1, new WasmWriter().Byte(FunctionType).Sized(parameters).Sized(results).Written);
        _functions.Add(type);
        _sections.Append(SectionId.Function, 1, new WasmWriter().Unsigned(type).Written);
        _sections.Append(SectionId.Code, 1, new WasmWriter().Sized(body).Written);
        return (uint)_functions.Count - 1;
    }

    private void WriteExports()
    {
        var section = new WasmWriter().Unsigned((ulong)_exports.Count);
        foreach (var (name, kind, index) in _exports)
        {
            section.Sized(name).Byte(kind).Unsigned(index);
        }

        _sections.Set(SectionId.Export, section.ToArray());
    }
}
