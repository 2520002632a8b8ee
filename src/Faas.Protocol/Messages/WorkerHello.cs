using System.Buffers;
using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;

namespace Faas.Protocol.Messages;

/// <summary>A worker's first frame: who it is and what it can do.</summary>
/// <param name="WorkerIndex">Its place in the pool, from 0.</param>
/// <param name="ProcessId">Its pid.</param>
/// <param name="Slots">Invocations it runs at once; at least 1.</param>
/// <param name="Capabilities">What its WASM backend enforces.</param>
/// <param name="Backend">Name of its WASM backend.</param>
/// <param name="BackendVersion">Engine and version, for people.</param>
/// <param name="Token">The one-time token it was started with.</param>
public sealed record WorkerHello(
    uint WorkerIndex,
    uint ProcessId,
    ushort Slots,
    BackendCapabilities Capabilities,
    string Backend,
    string BackendVersion,
    ReadOnlyMemory<byte> Token)
{
    /// <summary>Stages the frame.</summary>
    public void Write(FrameBuffer buffer)
    {
        buffer.BeginFrame(FrameType.Hello, FrameFlags.None, 0);
        Hello.WritePreamble(buffer);
        buffer.WriteUInt32(WorkerIndex);
        buffer.WriteUInt32(ProcessId);
        buffer.WriteUInt16(Slots);
        buffer.WriteUInt32((uint)Capabilities);
        buffer.WriteString(Backend);
        buffer.WriteString(BackendVersion);
        buffer.WriteBlob(Token.Span);
        buffer.EndFrame();
    }

    /// <summary>Reads the payload.</summary>
    /// <exception cref="ProtocolViolationException">Not a Hello of this version.</exception>
    public static WorkerHello Read(ReadOnlySequence<byte> payload)
    {
        var reader = new PayloadReader(payload);
        Hello.ReadPreamble(ref reader);
        var hello = new WorkerHello(
            reader.ReadUInt32(),
            reader.ReadUInt32(),
            reader.ReadUInt16(),
            (BackendCapabilities)reader.ReadUInt32(),
            reader.ReadString(),
            reader.ReadString(),
            reader.ReadBlob().ToArray());
        reader.End();
        if (hello.Slots == 0)
        {
            ProtocolViolationException.Throw(ProtocolError.MalformedPayload, "a worker without slots");
        }

        return hello;
    }
}
