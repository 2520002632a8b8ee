using System.Buffers;
using Faas.Protocol.Framing;

namespace Faas.Protocol.Messages;

/// <summary>Answer to Ping with the worker's figures, all u64.</summary>
/// <param name="Nonce">The Ping's number.</param>
/// <param name="Running">Invocations running now.</param>
/// <param name="Invocations">Invocations ended since start.</param>
/// <param name="ModulesLoaded">Modules in its cache.</param>
/// <param name="ModuleBytes">What they keep.</param>
/// <param name="ModuleLoads">Loads since start.</param>
/// <param name="ResidentBytes">Resident memory of the process.</param>
public readonly record struct PongMessage(
    ulong Nonce,
    ulong Running,
    ulong Invocations,
    ulong ModulesLoaded,
    ulong ModuleBytes,
    ulong ModuleLoads,
    ulong ResidentBytes)
{
    /// <summary>Stages the frame.</summary>
    public void Write(FrameBuffer buffer)
    {
        buffer.BeginFrame(FrameType.Pong, FrameFlags.None, 0);
        buffer.WriteUInt64(Nonce);
        buffer.WriteUInt64(Running);
        buffer.WriteUInt64(Invocations);
        buffer.WriteUInt64(ModulesLoaded);
        buffer.WriteUInt64(ModuleBytes);
        buffer.WriteUInt64(ModuleLoads);
        buffer.WriteUInt64(ResidentBytes);
        buffer.EndFrame();
    }

    /// <summary>Reads the payload.</summary>
    /// <exception cref="ProtocolViolationException">The payload does not have this layout.</exception>
    public static PongMessage Read(ReadOnlySequence<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var message = new PongMessage(
            reader.ReadUInt64(),
            reader.ReadUInt64(),
            reader.ReadUInt64(),
            reader.ReadUInt64(),
            reader.ReadUInt64(),
            reader.ReadUInt64(),
            reader.ReadUInt64());
        reader.End();
        return message;
    }
}
