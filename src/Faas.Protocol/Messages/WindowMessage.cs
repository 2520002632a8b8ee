using System.Buffers;
using Faas.Protocol.Framing;

namespace Faas.Protocol.Messages;

/// <summary>The receiver took <paramref name="Bytes"/> of a stream; the sender may send as many more: <c>u32 bytes</c>.</summary>
/// <remarks>From the worker it is about the invocation's input, from the supervisor about its output.</remarks>
/// <param name="Bytes">At least 1.</param>
public readonly record struct WindowMessage(uint Bytes)
{
    /// <summary>Stages the frame.</summary>
    public void Write(FrameBuffer buffer, ulong invocationId)
    {
        buffer.BeginFrame(FrameType.Window, FrameFlags.None, invocationId);
        buffer.WriteUInt32(Bytes);
        buffer.EndFrame();
    }

    /// <summary>Reads the payload.</summary>
    /// <exception cref="ProtocolViolationException">The payload does not have this layout, or grants nothing.</exception>
    public static WindowMessage Read(ReadOnlySequence<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var message = new WindowMessage(reader.ReadUInt32());
        reader.End();
        if (message.Bytes == 0)
        {
            ProtocolViolationException.Throw(ProtocolError.MalformedPayload, "a window of 0 bytes");
        }

        return message;
    }
}
