using System.Buffers;

namespace Faas.Protocol.Framing;

/// <summary>One frame as read.</summary>
/// <param name="Header">Its header, already checked.</param>
/// <param name="Payload">
/// Borrowed from the pipe: valid until the reader advances. Who keeps it copies it.
/// </param>
public readonly record struct Frame(FrameHeader Header, ReadOnlySequence<byte> Payload);
