namespace Faas.Protocol.Framing;

/// <summary>Flags of a frame; a bit that its type does not define must be 0.</summary>
[Flags]
public enum FrameFlags : byte
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>On <see cref="FrameType.Invoke"/> and <see cref="FrameType.Input"/>: no more input follows.</summary>
    EndOfInput = 1,
}
