using System.Buffers;

namespace Faas.Protocol.Tests;

/// <summary>Sequences of several segments, as a pipe hands them out.</summary>
internal static class Segments
{
    /// <summary>Cuts <paramref name="bytes"/> at the given offsets; an offset twice makes an empty segment.</summary>
    public static ReadOnlySequence<byte> Cut(ReadOnlyMemory<byte> bytes, params ReadOnlySpan<int> offsets)
    {
        Segment? first = null;
        Segment? last = null;
        var start = 0;
        foreach (var end in (ReadOnlySpan<int>)[.. offsets, bytes.Length])
        {
            last = new Segment(bytes[start..end], last);
            first ??= last;
            start = end;
        }

        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }

    public static ReadOnlySequence<byte> OneByteEach(ReadOnlyMemory<byte> bytes) =>
        Cut(bytes, [.. Enumerable.Range(1, Math.Max(bytes.Length - 1, 0))]);

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }
}
