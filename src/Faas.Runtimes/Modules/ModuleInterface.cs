using Faas.Runtimes.Wasi;

namespace Faas.Runtimes.Modules;

/// <summary>
/// What a valid module takes and gives, read by ourselves: asking an engine for a type ends the process when the C API
/// has no word for it (libwasmtime: <c>v128</c>), and a module at deploy may have any type.
/// </summary>
internal sealed class ModuleInterface
{
    public const byte FunctionType = 0x60;
    public const byte FunctionKind = 0;
    public const byte MemoryKind = 2;
    public const byte GlobalKind = 3;

    private const uint MaxPages = 65536; // 4 GiB

    private ModuleInterface(ReadOnlySpan<byte> wasm)
    {
        Sections = new ModuleSections(wasm);
        ReadTypes();
        ReadImports();
        ReadFunctions();
        ReadMemory();
        ReadExports();
    }

    public ModuleSections Sections { get; }

    /// <summary>Function types, as codes of value types.</summary>
    public List<(byte[] Parameters, byte[] Results)> Types { get; } = [];

    public List<ImportedFunction> Imports { get; } = [];

    /// <summary>Type of each function, imported ones first.</summary>
    public List<uint> Functions { get; } = [];

    public List<(byte[] Name, byte Kind, uint Index)> Exports { get; } = [];

    /// <summary>Memory at the start, in pages of 64 KiB.</summary>
    public uint MinimumPages { get; private set; }

    /// <summary>The module's own maximum.</summary>
    public uint MaximumPages { get; private set; } = MaxPages;

    /// <param name="wasm">A module that the engine found valid.</param>
    /// <exception cref="ModuleLoadException">It is not a WASI command, or uses what is not supported.</exception>
    public static ModuleInterface Check(ReadOnlySpan<byte> wasm)
    {
        var module = new ModuleInterface(wasm);
        module.CheckExports();
        return module;
    }

    private void ReadTypes()
    {
        var reader = Open(SectionId.Type, out var count);
        for (var i = 0; i < count; i++)
        {
            if (reader.ReadByte() != FunctionType)
            {
                throw ModuleRules.Invalid("the module uses types of the garbage collection proposal, which is not supported");
            }

            Types.Add((ReadValueTypes(ref reader), ReadValueTypes(ref reader)));
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
            Imports.Add(new ImportedFunction(index, isUnstable));
            Functions.Add(type);
        }
    }

    private void ReadFunctions()
    {
        var reader = Open(SectionId.Function, out var count);
        for (var i = 0; i < count; i++)
        {
            Functions.Add(reader.ReadUInt32());
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

            MinimumPages = reader.ReadUInt32();
            MaximumPages = flags == 1 ? reader.ReadUInt32() : MaxPages;
        }
    }

    private void ReadExports()
    {
        var reader = Open(SectionId.Export, out var count);
        for (var i = 0; i < count; i++)
        {
            Exports.Add((reader.ReadName().ToArray(), reader.ReadByte(), reader.ReadUInt32()));
        }
    }

    private void CheckExports()
    {
        var start = Position(FunctionKind, ModuleRules.StartName);
        ModuleRules.CheckExports(
            hasStart: start >= 0 && TypeAt(FunctionAt(Exports[start].Index)) is ({ Length: 0 }, { Length: 0 }),
            hasMemory: Position(MemoryKind, ModuleRules.MemoryName) >= 0,
            hasInitialize: Exports.Exists(static e => e.Name.AsSpan().SequenceEqual("_initialize"u8)));
    }

    /// <summary>Position of an export; −1 when there is none of this kind and name.</summary>
    public int Position(byte kind, ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < Exports.Count; i++)
        {
            if (Exports[i].Kind == kind && Exports[i].Name.AsSpan().SequenceEqual(name))
            {
                return i;
            }
        }

        return -1;
    }

    private (byte[] Parameters, byte[] Results) TypeAt(uint index) =>
        index < Types.Count ? Types[(int)index] : throw ModuleRules.Invalid("the module names a type that it does not have");

    private uint FunctionAt(uint index) =>
        index < Functions.Count ? Functions[(int)index] : throw ModuleRules.Invalid("the module names a function that it does not have");

    /// <summary>A reader behind the count of a vector section; 0 when there is no such section.</summary>
    public WasmReader Open(SectionId id, out int count)
    {
        var reader = new WasmReader(Sections[id]);
        count = reader.IsAtEnd ? 0 : reader.ReadCount();
        return reader;
    }
}
