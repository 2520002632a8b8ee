using System.Buffers;
using Faas.Protocol.Framing;

namespace Faas.Protocol.Messages;

/// <summary>The frames whose payload is one number or nothing.</summary>
public static class SessionMessages
{
    /// <summary>Stages Ping: <c>u64 nonce</c>.</summary>
    public static void WritePing(FrameBuffer buffer, ulong nonce)
    {
        buffer.BeginFrame(FrameType.Ping, FrameFlags.None, 0);
        buffer.WriteUInt64(nonce);
        buffer.EndFrame();
    }

    /// <summary>Reads Ping.</summary>
    /// <exception cref="ProtocolViolationException">The payload is not eight bytes.</exception>
    public static ulong ReadPing(ReadOnlySequence<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var nonce = reader.ReadUInt64();
        reader.End();
        return nonce;
    }

    /// <summary>Stages Release: <c>u32 handle</c>.</summary>
    public static void WriteRelease(FrameBuffer buffer, uint handle)
    {
        buffer.BeginFrame(FrameType.Release, FrameFlags.None, 0);
        buffer.WriteUInt32(handle);
        buffer.EndFrame();
    }

    /// <summary>Reads Release.</summary>
    /// <exception cref="ProtocolViolationException">The payload is not four bytes.</exception>
    public static uint ReadRelease(ReadOnlySequence<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var handle = reader.ReadUInt32();
        reader.End();
        return handle;
    }

    /// <summary>Stages Drain.</summary>
    public static void WriteDrain(FrameBuffer buffer) => WriteEmpty(buffer, FrameType.Drain, 0);

    /// <summary>Stages Cancel.</summary>
    public static void WriteCancel(FrameBuffer buffer, ulong invocationId) => WriteEmpty(buffer, FrameType.Cancel, invocationId);

    /// <summary>Checks that Drain or Cancel carry nothing.</summary>
    /// <exception cref="ProtocolViolationException">There is a payload.</exception>
    public static void ReadEmpty(ReadOnlySequence<byte> payload) => new PayloadReader(payload).End();

    private static void WriteEmpty(FrameBuffer buffer, FrameType type, ulong invocationId)
    {
        buffer.BeginFrame(type, FrameFlags.None, invocationId);
        buffer.EndFrame();
    }
}
