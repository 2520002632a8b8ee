using Faas.Runtimes.Wasi;

namespace Faas.Runtimes.Modules;

/// <summary>
/// Goes through the instructions of a function body: just enough of WebAssembly core specification 2.0 (section 5.4),
/// with tail calls, relaxed SIMD, threads and typed references, to know where each begins.
/// </summary>
internal static class InstructionReader
{
    /// <summary>One byte, one immediate: the memory's index.</summary>
    public const byte MemoryGrow = 0x40;

    /// <summary>Skips one instruction and returns its first byte.</summary>
    /// <exception cref="ModuleLoadException">It is none that is known here.</exception>
    public static byte Skip(ref WasmReader reader)
    {
        var code = reader.ReadByte();
        switch (code)
        {
            case 0x00 or 0x01 or 0x05 or 0x0b or 0x0f or 0x1a or 0x1b or 0xd1: // unreachable nop else end return drop select ref.is_null
            case >= 0x45 and <= 0xc4: // numeric
                break;
            case 0x02 or 0x03 or 0x04 or 0x41 or 0x42 or 0xd0: // block loop if, i32.const i64.const, ref.null: one number or type
            case 0x0c or 0x0d or 0x10 or 0x12 or (>= 0x20 and <= 0x26) or 0x3f or MemoryGrow or 0xd2:
                reader.ReadUInt64();
                break;
            case 0x11 or 0x13: // call_indirect return_call_indirect
                reader.ReadUInt32();
                reader.ReadUInt32();
                break;
            case 0x0e: // br_table
                Repeat(ref reader, reader.ReadCount() + 1);
                break;
            case 0x1c: // select with types
                Repeat(ref reader, reader.ReadCount());
                break;
            case >= 0x28 and <= 0x3e: // loads and stores
                SkipMemoryArgument(ref reader);
                break;
            case 0x43: // f32.const
                reader.ReadBytes(4);
                break;
            case 0x44: // f64.const
                reader.ReadBytes(8);
                break;
            case 0xfc:
                SkipMiscellaneous(ref reader);
                break;
            case 0xfd:
                SkipVector(ref reader);
                break;
            case 0x14 or 0x15 or 0xd5 or 0xd6: // call_ref return_call_ref br_on_null br_on_non_null
                reader.ReadUInt32();
                break;
            case 0xd3 or 0xd4: // ref.eq ref.as_non_null
                break;
            case 0xfe:
                SkipAtomic(ref reader);
                break;
            default:
                throw Unknown(code);
        }

        return code;
    }

    private static void SkipMiscellaneous(ref WasmReader reader)
    {
        switch (reader.ReadUInt32())
        {
            case <= 7: // saturating truncation
                break;
            case 9 or 11 or 13 or (>= 15 and <= 17): // data.drop memory.fill elem.drop table.grow table.size table.fill
                reader.ReadUInt32();
                break;
            case 8 or 10 or 12 or 14: // memory.init memory.copy table.init table.copy
                reader.ReadUInt32();
                reader.ReadUInt32();
                break;
            default:
                throw Unknown(0xfc);
        }
    }

    private static void SkipVector(ref WasmReader reader)
    {
        switch (reader.ReadUInt32())
        {
            case <= 11 or 92 or 93: // v128 loads and stores
                SkipMemoryArgument(ref reader);
                break;
            case 12 or 13: // v128.const i8x16.shuffle
                reader.ReadBytes(16);
                break;
            case >= 21 and <= 34: // lanes
                reader.ReadByte();
                break;
            case >= 84 and <= 91: // lane loads and stores
                SkipMemoryArgument(ref reader);
                reader.ReadByte();
                break;
            case <= 0x113:
                break;
            default:
                throw Unknown(0xfd);
        }
    }

    private static void SkipAtomic(ref WasmReader reader)
    {
        if (reader.ReadUInt32() == 3) // atomic.fence
        {
            reader.ReadByte();
        }
        else
        {
            SkipMemoryArgument(ref reader);
        }
    }

    private static void SkipMemoryArgument(ref WasmReader reader)
    {
        const uint HasMemoryIndex = 0x40; // multi-memory: not for a module with one memory
        if ((reader.ReadUInt32() & HasMemoryIndex) != 0)
        {
            reader.ReadUInt32();
        }

        reader.ReadUInt64();
    }

    private static void Repeat(ref WasmReader reader, int count)
    {
        for (var i = 0; i < count; i++)
        {
            reader.ReadUInt64();
        }
    }

    private static ModuleLoadException Unknown(byte code) =>
        ModuleRules.Invalid($"the module uses an instruction (0x{code:x2}) of a proposal that is not supported (exceptions, garbage collection)");
}
