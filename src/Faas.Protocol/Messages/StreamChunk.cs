using Faas.Protocol.Framing;

namespace Faas.Protocol.Messages;

/// <summary>A piece of a stream (Input, Output, ErrorOutput): the payload is the bytes themselves.</summary>
public static class StreamChunk
{
    /// <summary>
    /// Longest piece. 64 KiB: a neighbour's small frame waits for one memory copy of this size at most.
    /// </summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Default window of a stream: four chunks, so that one is read while others travel.</summary>
    public const int DefaultWindowBytes = 4 * MaxBytes;

    /// <summary>Stages one frame.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="type">Input, Output or ErrorOutput.</param>
    /// <param name="flags"><see cref="FrameFlags.EndOfInput"/> on the last Input.</param>
    /// <param name="invocationId">The invocation.</param>
    /// <param name="bytes">At most <see cref="MaxBytes"/>.</param>
    public static void Write(FrameBuffer buffer, FrameType type, FrameFlags flags, ulong invocationId, ReadOnlySpan<byte> bytes)
    {
        buffer.BeginFrame(type, flags, invocationId);
        buffer.Write(bytes);
        buffer.EndFrame();
    }
}
