using System.Buffers;

namespace Faas.Runtimes.Modules;

/// <summary>Writes the binary format.</summary>
internal sealed class WasmWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new(1024);

    public ReadOnlySpan<byte> Written => _bytes.WrittenSpan;

    public WasmWriter Raw(ReadOnlySpan<byte> bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public WasmWriter Byte(byte value) => Raw([value]);

    /// <summary>LEB128.</summary>
    public WasmWriter Unsigned(ulong value)
    {
        while (value >= 0x80)
        {
            Byte((byte)(value | 0x80));
            value >>= 7;
        }

        return Byte((byte)value);
    }

    /// <summary>Signed LEB128 of a number that is not negative.</summary>
    public WasmWriter Signed(uint value)
    {
        while (value >= 0x40)
        {
            Byte((byte)(value | 0x80));
            value >>= 7;
        }

        return Byte((byte)value);
    }

    /// <summary>A length, then the bytes.</summary>
    public WasmWriter Sized(ReadOnlySpan<byte> bytes) => Unsigned((ulong)bytes.Length).Raw(bytes);

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();
}
