using System.Buffers;

namespace Faas.Protocol.Framing;

/// <summary>Cuts frames out of received bytes. Stateless.</summary>
public static class FrameReader
{
    /// <summary>Reads one frame from the front of <paramref name="buffer"/>.</summary>
    /// <param name="buffer">Received bytes. True: sliced past the frame. False: untouched.</param>
    /// <param name="maxPayloadBytes">Longest payload accepted; checked before the payload is waited for.</param>
    /// <param name="frame">The frame; its payload borrows from <paramref name="buffer"/>.</param>
    /// <returns>False when more bytes are needed.</returns>
    /// <exception cref="ProtocolViolationException">The bytes cannot be a frame: the session is over.</exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, int maxPayloadBytes, out Frame frame)
    {
        if (buffer.Length < FrameHeader.SizeBytes)
        {
            frame = default;
            return false;
        }

        var header = ReadHeader(buffer, out var reserved);
        Check(header, reserved, maxPayloadBytes);

        var end = FrameHeader.SizeBytes + (long)header.PayloadBytes;
        if (buffer.Length < end)
        {
            frame = default;
            return false;
        }

        frame = new Frame(header, buffer.Slice(FrameHeader.SizeBytes, header.PayloadBytes));
        buffer = buffer.Slice(end);
        return true;
    }

    private static FrameHeader ReadHeader(in ReadOnlySequence<byte> buffer, out ushort reserved)
    {
        var first = buffer.FirstSpan;
        if (first.Length >= FrameHeader.SizeBytes)
        {
            return FrameHeader.Read(first, out reserved);
        }

        Span<byte> copy = stackalloc byte[FrameHeader.SizeBytes];
        buffer.Slice(0, FrameHeader.SizeBytes).CopyTo(copy);
        return FrameHeader.Read(copy, out reserved);
    }

    private static void Check(in FrameHeader header, ushort reserved, int maxPayloadBytes)
    {
        if (header.PayloadBytes > (uint)maxPayloadBytes)
        {
            ProtocolViolationException.Throw(
                ProtocolError.FrameTooLong, $"{header.PayloadBytes} bytes, the limit is {maxPayloadBytes}");
        }

        if (header.Type is < FrameType.Hello or > FrameType.Drain)
        {
            ProtocolViolationException.Throw(ProtocolError.UnknownType, $"type {(byte)header.Type}");
        }

        var allowed = header.Type is FrameType.Invoke or FrameType.Input ? FrameFlags.EndOfInput : FrameFlags.None;
        if (reserved != 0 || (header.Flags & ~allowed) != 0)
        {
            ProtocolViolationException.Throw(
                ProtocolError.ReservedBits, $"{header.Type} with flags {(byte)header.Flags}, reserved {reserved}");
        }

        if (IsOfInvocation(header.Type) != (header.InvocationId != 0))
        {
            ProtocolViolationException.Throw(
                ProtocolError.WrongScope, $"{header.Type} with invocation id {header.InvocationId}");
        }
    }

    private static bool IsOfInvocation(FrameType type) => type is >= FrameType.Invoke and <= FrameType.Window;
}
