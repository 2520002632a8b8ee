using Faas.Protocol.Framing;

namespace Faas.Protocol.Messages;

/// <summary>What both Hello frames begin with: <c>u32 magic | u16 version</c>.</summary>
public static class Hello
{
    /// <summary>"MFAS" read as a little-endian number.</summary>
    public const uint Magic = 0x5341_464D;

    /// <summary>Version of docs/PROTOCOL.md that this build speaks. Both sides come from one build: no negotiation.</summary>
    public const ushort Version = 1;

    internal static void WritePreamble(FrameBuffer buffer)
    {
        buffer.WriteUInt32(Magic);
        buffer.WriteUInt16(Version);
    }

    internal static void ReadPreamble(ref PayloadReader reader)
    {
        var magic = reader.ReadUInt32();
        if (magic != Magic)
        {
            ProtocolViolationException.Throw(ProtocolError.BadMagic, $"0x{magic:x8}");
        }

        var version = reader.ReadUInt16();
        if (version != Version)
        {
            ProtocolViolationException.Throw(ProtocolError.VersionMismatch, $"the other side speaks {version}, this one {Version}");
        }
    }
}
