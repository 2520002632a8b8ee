using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Faas.Protocol.Framing;

/// <summary>
/// Growable bytes that frames are staged in before one write sends them all. Not thread-safe.
/// Reused for the life of a session, so the steady state allocates nothing.
/// </summary>
public sealed class FrameBuffer : IBufferWriter<byte>
{
    // Above this a buffer that a burst grew is given back once it is empty: one 1 MiB frame and its neighbours.
    private const int MaxKeptBytes = 4 * 1024 * 1024;
    private const int InitialBytes = 16 * 1024;

    private byte[] _bytes = new byte[InitialBytes];
    private int _length;
    private int _frameStart = -1;

    /// <summary>Bytes staged.</summary>
    public int Length => _length;

    /// <summary>What is staged; valid until the next change.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, _length);

    /// <summary>Starts a frame; its payload is what is written until <see cref="EndFrame"/>.</summary>
    public void BeginFrame(FrameType type, FrameFlags flags, ulong invocationId)
    {
        _frameStart = _length;
        new FrameHeader(0, type, flags, invocationId).Write(GetSpan(FrameHeader.SizeBytes));
        _length += FrameHeader.SizeBytes;
    }

    /// <summary>Ends the frame that <see cref="BeginFrame"/> started and fills in its length.</summary>
    /// <exception cref="InvalidOperationException">The payload is over <see cref="FrameHeader.MaxPayloadBytes"/>; nothing of the frame stays.</exception>
    public void EndFrame()
    {
        var payload = _length - _frameStart - FrameHeader.SizeBytes;
        if (payload > FrameHeader.MaxPayloadBytes)
        {
            AbortFrame();
            throw new InvalidOperationException($"a payload of {payload} bytes is over {FrameHeader.MaxPayloadBytes}");
        }

        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(_frameStart), (uint)payload);
        _frameStart = -1;
    }

    /// <summary>Takes a frame back that was begun and not ended; without one nothing happens.</summary>
    public void AbortFrame()
    {
        if (_frameStart >= 0)
        {
            _length = _frameStart;
            _frameStart = -1;
        }
    }

    /// <summary>Forgets what is staged.</summary>
    public void Clear()
    {
        _length = 0;
        _frameStart = -1;
        if (_bytes.Length > MaxKeptBytes)
        {
            _bytes = new byte[InitialBytes];
        }
    }

    /// <inheritdoc/>
    public void Advance(int count) => _length += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsMemory(_length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsSpan(_length);
    }

    /// <summary>Appends bytes.</summary>
    public void Write(ReadOnlySpan<byte> source)
    {
        source.CopyTo(GetSpan(source.Length));
        _length += source.Length;
    }

    /// <summary>Appends a little-endian number.</summary>
    public void WriteByte(byte value)
    {
        GetSpan(sizeof(byte))[0] = value;
        _length += sizeof(byte);
    }

    /// <inheritdoc cref="WriteByte"/>
    public void WriteUInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(GetSpan(sizeof(ushort)), value);
        _length += sizeof(ushort);
    }

    /// <inheritdoc cref="WriteByte"/>
    public void WriteUInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(GetSpan(sizeof(uint)), value);
        _length += sizeof(uint);
    }

    /// <inheritdoc cref="WriteByte"/>
    public void WriteUInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(GetSpan(sizeof(ulong)), value);
        _length += sizeof(ulong);
    }

    /// <summary>Appends UTF-8 text after its byte length as u32.</summary>
    public void WriteString(ReadOnlySpan<char> value)
    {
        var bytes = Encoding.UTF8.GetByteCount(value);
        WriteUInt32((uint)bytes);
        Encoding.UTF8.GetBytes(value, GetSpan(bytes));
        _length += bytes;
    }

    /// <summary>Appends bytes after their length as u32.</summary>
    public void WriteBlob(ReadOnlySpan<byte> value)
    {
        WriteUInt32((uint)value.Length);
        Write(value);
    }

    private void Ensure(int sizeHint)
    {
        var need = Math.Max(sizeHint, 1);
        if (_bytes.Length - _length < need)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, checked(_length + need)));
        }
    }
}
