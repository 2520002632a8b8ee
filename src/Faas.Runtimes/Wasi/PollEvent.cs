using System.Buffers.Binary;

namespace Faas.Runtimes.Wasi;

/// <summary>
/// WASI preview 1, <c>event</c>, 32 bytes: user data at 0, error at 8, type at 10; for a descriptor the number of bytes
/// at 16 and flags at 24 (bit 0: hangup).
/// </summary>
internal struct PollEvent
{
    public const uint Size = 32;

    /// <summary>What a writable stream or file says it takes: the size of a pipe in Linux.</summary>
    public const ulong WritableBytes = 64 * 1024;

    public ulong UserData { get; set; }

    public Errno Error { get; set; }

    public byte Type { get; set; }

    public ulong Bytes { get; set; }

    public bool IsHangup { get; set; }

    public readonly void Write(Span<byte> target)
    {
        target[..(int)Size].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(target, UserData);
        BinaryPrimitives.WriteUInt16LittleEndian(target[8..], (ushort)Error);
        target[10] = Type;
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], Bytes);
        target[24] = IsHangup ? (byte)1 : (byte)0;
    }
}
