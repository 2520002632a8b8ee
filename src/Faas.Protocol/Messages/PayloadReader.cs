using System.Buffers;
using System.Text;
using Faas.Protocol.Framing;

namespace Faas.Protocol.Messages;

/// <summary>
/// Reads a payload field by field. Every method throws <see cref="ProtocolViolationException"/> when bytes are
/// missing; <see cref="End"/> throws when bytes are left over.
/// </summary>
internal ref struct PayloadReader(ReadOnlySequence<byte> payload)
{
    private SequenceReader<byte> _reader = new(payload);

    public readonly long RemainingBytes => _reader.Remaining;

    public byte ReadByte()
    {
        if (!_reader.TryRead(out var value))
        {
            Missing();
        }

        return value;
    }

    public ushort ReadUInt16()
    {
        if (!_reader.TryReadLittleEndian(out short value))
        {
            Missing();
        }

        return (ushort)value;
    }

    public uint ReadUInt32()
    {
        if (!_reader.TryReadLittleEndian(out int value))
        {
            Missing();
        }

        return (uint)value;
    }

    public ulong ReadUInt64()
    {
        if (!_reader.TryReadLittleEndian(out long value))
        {
            Missing();
        }

        return (ulong)value;
    }

    public ReadOnlySequence<byte> ReadBlob() => ReadBytes(ReadUInt32());

    public ReadOnlySequence<byte> ReadBytes(uint count)
    {
        if (!_reader.TryReadExact((int)Math.Min(count, int.MaxValue), out var bytes))
        {
            Missing();
        }

        return bytes;
    }

    public string ReadString() => Encoding.UTF8.GetString(ReadBlob());

    public readonly ReadOnlySequence<byte> Rest() => _reader.UnreadSequence;

    public readonly void End()
    {
        if (_reader.Remaining != 0)
        {
            ProtocolViolationException.Throw(ProtocolError.MalformedPayload, $"{_reader.Remaining} bytes left over");
        }
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    private static void Missing() =>
        ProtocolViolationException.Throw(ProtocolError.MalformedPayload, "payload ends before its last field");
}
