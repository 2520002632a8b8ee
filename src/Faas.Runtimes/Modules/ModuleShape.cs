using System.Globalization;
using Faas.Runtimes.Wasi;

namespace Faas.Runtimes.Modules;

/// <summary>
/// Refuses modules whose shape makes an engine's compiler slow out of all proportion to their size, and those that no
/// instance could be made of. What it counts was measured with Wasmtime's compiler (Cranelift); what compilers make of
/// people's programs is two orders of magnitude below.
/// </summary>
internal static class ModuleShape
{
    /// <summary>Tables of an instance; compilers make one.</summary>
    internal const int MaxTables = 8;

    /// <summary>Elements of each table of an instance: 8 MiB of function pointers.</summary>
    internal const long MaxTableElements = 1 << 20;

    /// <summary>Loops within each other: 2,000 take 0.3 s, 8,000 take 4 s, as the square.</summary>
    private const int MaxLoopNesting = 500;

    /// <summary>Locals of one function: 5,000 take 2 s, 10,000 take 9 s, as the square.</summary>
    private const int MaxLocals = 10_000;

    /// <summary>Of all functions the squares of their locals: 15 s.</summary>
    private const long MaxSquaredLocals = 200_000_000;

    /// <summary>Of all functions their locals times their deepest loop: 10 s.</summary>
    private const long MaxLocalsTimesNesting = 5_000_000;

    private const byte Loop = 0x03;
    private const byte End = 0x0b;

    /// <param name="wasm">A module that the engine found valid.</param>
    /// <exception cref="ModuleLoadException">It is past one of the limits, or has an instruction that is not known here.</exception>
    internal static void Check(ReadOnlySpan<byte> wasm)
    {
        var sections = new ModuleSections(wasm);
        CheckTables(sections[SectionId.Table]);
        CheckFunctions(sections[SectionId.Code]);
    }

    private static void CheckTables(ReadOnlySpan<byte> section)
    {
        var reader = new WasmReader(section);
        var count = section.IsEmpty ? 0 : reader.ReadCount();
        Limit(count, MaxTables, "tables");
        for (var i = 0; i < count; i++)
        {
            reader.ReadByte(); // type of its elements; anything longer is refused as a proposal
            var flags = reader.ReadByte();
            Limit(reader.ReadUInt64(), MaxTableElements, "elements in a table");
            if ((flags & 1) != 0)
            {
                reader.ReadUInt64();
            }
        }
    }

    private static void CheckFunctions(ReadOnlySpan<byte> section)
    {
        var reader = new WasmReader(section);
        var count = section.IsEmpty ? 0 : reader.ReadCount();
        long squares = 0, products = 0;
        for (var i = 0; i < count; i++)
        {
            var (locals, nesting) = Read(reader.ReadName());
            squares += locals * locals;
            products += locals * nesting;
        }

        Limit(squares, MaxSquaredLocals, "locals in its functions, each function's squared");
        Limit(products, MaxLocalsTimesNesting, "locals within loops");
    }

    private static (long Locals, long Nesting) Read(ReadOnlySpan<byte> body)
    {
        var reader = new WasmReader(body);
        long locals = 0;
        for (var groups = reader.ReadCount(); groups > 0; groups--)
        {
            locals += reader.ReadUInt32();
            reader.ReadByte(); // their type
        }

        Limit(locals, MaxLocals, "locals in a function");
        var open = new Stack<bool>(); // of each block whether it is a loop
        int loops = 0, deepest = 0;
        while (!reader.IsAtEnd)
        {
            switch (InstructionReader.Skip(ref reader))
            {
                case Loop:
                    open.Push(true);
                    deepest = Math.Max(deepest, ++loops);
                    break;
                case 0x02 or 0x04: // block if
                    open.Push(false);
                    break;
                case End:
                    loops -= open.TryPop(out var wasLoop) && wasLoop ? 1 : 0;
                    break;
            }
        }

        Limit(deepest, MaxLoopNesting, "loops within each other");
        return (locals, deepest);
    }

    private static void Limit(long value, long most, string what) => Limit((ulong)value, most, what);

    private static void Limit(ulong value, long most, string what)
    {
        if (value > (ulong)most)
        {
            throw ModuleRules.Invalid(string.Create(CultureInfo.InvariantCulture, $"the module has {value:N0} {what}; at most {most:N0} are compiled"));
        }
    }
}
