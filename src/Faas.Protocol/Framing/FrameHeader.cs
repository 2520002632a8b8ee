using System.Buffers.Binary;

namespace Faas.Protocol.Framing;

/// <summary>
/// The fixed header before every payload, little-endian (docs/PROTOCOL.md, "Frame header").
/// <code>
///  0        4    5    6        8                16
///  +--------+----+----+--------+----------------+
///  | length |type|flag| zero   | invocation id  |
///  | u32    |u8  |u8  | u16    | u64            |
///  +--------+----+----+--------+----------------+
/// </code>
/// </summary>
/// <param name="PayloadBytes">Bytes that follow the header.</param>
/// <param name="Type">What the payload is.</param>
/// <param name="Flags">Flags that the type defines.</param>
/// <param name="InvocationId">The invocation; 0 for frames of the session itself.</param>
public readonly record struct FrameHeader(uint PayloadBytes, FrameType Type, FrameFlags Flags, ulong InvocationId)
{
    /// <summary>Bytes of a header.</summary>
    public const int SizeBytes = 16;

    /// <summary>Longest payload a session accepts: room for an Invoke with its arguments, environment and inline input.</summary>
    public const int MaxPayloadBytes = 1024 * 1024;

    private const int TypeOffset = 4;
    private const int FlagsOffset = 5;
    private const int ReservedOffset = 6;
    private const int InvocationIdOffset = 8;

    /// <summary>Reads a header.</summary>
    /// <param name="source">At least <see cref="SizeBytes"/> bytes.</param>
    /// <param name="reserved">The reserved field, which must be 0.</param>
    public static FrameHeader Read(ReadOnlySpan<byte> source, out ushort reserved)
    {
        reserved = BinaryPrimitives.ReadUInt16LittleEndian(source[ReservedOffset..]);
        return new FrameHeader(
            BinaryPrimitives.ReadUInt32LittleEndian(source),
            (FrameType)source[TypeOffset],
            (FrameFlags)source[FlagsOffset],
            BinaryPrimitives.ReadUInt64LittleEndian(source[InvocationIdOffset..]));
    }

    /// <summary>Writes this header.</summary>
    /// <param name="destination">At least <see cref="SizeBytes"/> bytes.</param>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination[InvocationIdOffset..], InvocationId);
        BinaryPrimitives.WriteUInt32LittleEndian(destination, PayloadBytes);
        destination[TypeOffset] = (byte)Type;
        destination[FlagsOffset] = (byte)Flags;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[ReservedOffset..], 0);
    }
}
