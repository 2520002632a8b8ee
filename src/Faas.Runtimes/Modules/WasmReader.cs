using System.Text;
using Faas.Runtimes.Wasi;

namespace Faas.Runtimes.Modules;

/// <summary>Reads the binary format front to back. Whatever the bytes are, the worst that comes of them is <see cref="ModuleLoadException"/>.</summary>
internal ref struct WasmReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Offset of the next byte.</summary>
    public int Position { get; private set; }

    public readonly bool IsAtEnd => Position == _bytes.Length;

    public byte ReadByte() => ReadBytes(1)[0];

    public ReadOnlySpan<byte> ReadBytes(uint count)
    {
        if (count > (uint)(_bytes.Length - Position))
        {
            throw ModuleRules.Invalid("the module ends in the middle of a section");
        }

        var result = _bytes.Slice(Position, (int)count);
        Position += (int)count;
        return result;
    }

    /// <summary>A <c>u32</c> in LEB128.</summary>
    public uint ReadUInt32()
    {
        var value = ReadUInt64();
        return value <= uint.MaxValue ? (uint)value : throw ModuleRules.Invalid("a number in the module is out of range");
    }

    /// <summary>A <c>u64</c> in LEB128; also skips signed numbers, whose length is told in the same way.</summary>
    public ulong ReadUInt64()
    {
        var value = 0UL;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var part = ReadByte();
            value |= (ulong)(part & 0x7f) << shift;
            if ((part & 0x80) == 0)
            {
                return value;
            }
        }

        throw ModuleRules.Invalid("a number in the module is out of range");
    }

    /// <summary>The number of elements that follow, each of at least one byte.</summary>
    public int ReadCount()
    {
        var count = ReadUInt32();
        return count <= (uint)(_bytes.Length - Position) ? (int)count : throw ModuleRules.Invalid("the module ends in the middle of a section");
    }

    public ReadOnlySpan<byte> ReadName() => ReadBytes(ReadUInt32());

    public string ReadText() => Encoding.UTF8.GetString(ReadName());

    /// <summary>What was read since an earlier position.</summary>
    public readonly ReadOnlySpan<byte> Since(int position) => _bytes[position..Position];

    /// <summary>What has not been read.</summary>
    public readonly ReadOnlySpan<byte> Rest => _bytes[Position..];
}
