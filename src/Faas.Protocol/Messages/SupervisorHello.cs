using System.Buffers;
using Faas.Protocol.Framing;

namespace Faas.Protocol.Messages;

/// <summary>The supervisor's first frame: the worker is accepted.</summary>
/// <param name="WindowBytes">Bytes of one stream of one invocation that may be under way before a Window frame grants more; 1 to 2^31 − 1.</param>
public sealed record SupervisorHello(uint WindowBytes)
{
    /// <summary>Stages the frame.</summary>
    public void Write(FrameBuffer buffer)
    {
        buffer.BeginFrame(FrameType.Hello, FrameFlags.None, 0);
        Hello.WritePreamble(buffer);
        buffer.WriteUInt32(WindowBytes);
        buffer.EndFrame();
    }

    /// <summary>Reads the payload.</summary>
    /// <exception cref="ProtocolViolationException">Not a Hello of this version.</exception>
    public static SupervisorHello Read(ReadOnlySequence<byte> payload)
    {
        var reader = new PayloadReader(payload);
        Hello.ReadPreamble(ref reader);
        var hello = new SupervisorHello(reader.ReadUInt32());
        reader.End();
        if (hello.WindowBytes is 0 or > int.MaxValue)
        {
            ProtocolViolationException.Throw(ProtocolError.MalformedPayload, $"a window of {hello.WindowBytes} bytes");
        }

        return hello;
    }
}
