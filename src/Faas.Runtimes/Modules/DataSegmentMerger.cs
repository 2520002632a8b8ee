using System.Buffers;

namespace Faas.Runtimes.Modules;

/// <summary>
/// Joins the many small data segments of a module into a few large ones. Go's linker leaves out every run of zeros and so
/// writes 28,000 segments for a hello; the engine compiles a copy for each: 6 s at deploy instead of 1.2, and 28,000
/// calls at each start.
/// </summary>
/// <remarks>
/// The result means the same: only active segments of memory 0 at constant, ascending offsets are touched, joined over
/// gaps of zeros, in a module that does not refer to segments by number (it then has a data count section). Anything
/// else, and anything that does not parse, is left as it is for the engine to judge. Format: WebAssembly core
/// specification 2.0, section 5.5.
/// </remarks>
internal static class DataSegmentMerger
{
    /// <summary>Fewer segments are not worth a copy of the module.</summary>
    private const int MinSegments = 64;

    /// <summary>Zeros written to save a segment; copying them takes about as long as the call for another segment.</summary>
    private const uint MaxGapBytes = 1024;

    private const byte DataSection = 11;
    private const byte DataCountSection = 12;
    private const int PreambleBytes = 8;
    private const byte I32Const = 0x41;
    private const byte End = 0x0b;

    /// <summary>The module with joined segments, or the same bytes when there is nothing to join.</summary>
    public static ReadOnlySpan<byte> Merge(ReadOnlySpan<byte> wasm)
    {
        if (wasm.Length < PreambleBytes)
        {
            return wasm;
        }

        var start = PreambleBytes;
        while (start < wasm.Length)
        {
            var position = start + 1;
            if (!TryReadUnsigned(wasm, ref position, out var size) || size > wasm.Length - position || wasm[start] == DataCountSection)
            {
                return wasm;
            }

            var end = position + (int)size;
            if (wasm[start] == DataSection)
            {
                var joined = Join(wasm[position..end]);
                return joined is null ? wasm : Replace(wasm, start, end, joined.WrittenSpan);
            }

            start = end;
        }

        return wasm;
    }

    private static byte[] Replace(ReadOnlySpan<byte> wasm, int start, int end, ReadOnlySpan<byte> content)
    {
        var module = new ArrayBufferWriter<byte>(wasm.Length + content.Length);
        module.Write(wasm[..start]);
        module.Write<byte>([DataSection]);
        WriteUnsigned(module, (uint)content.Length);
        module.Write(content);
        module.Write(wasm[end..]);
        return module.WrittenSpan.ToArray();
    }

    /// <summary>The section's new content; null when it must stay as it is.</summary>
    private static ArrayBufferWriter<byte>? Join(ReadOnlySpan<byte> section)
    {
        var position = 0;
        if (!TryReadUnsigned(section, ref position, out var count) || count < MinSegments || count > (uint)section.Length)
        {
            return null;
        }

        var segments = new ArrayBufferWriter<byte>(section.Length);
        var current = new ArrayBufferWriter<byte>(section.Length);
        uint joinedCount = 0;
        long currentOffset = 0;
        for (uint i = 0; i < count; i++)
        {
            if (!TryReadSegment(section, ref position, out var offset, out var bytes) || bytes.IsEmpty)
            {
                return null;
            }

            var gap = offset - (currentOffset + current.WrittenCount);
            if (i > 0 && gap < 0)
            {
                return null;
            }

            if (i > 0 && gap <= MaxGapBytes)
            {
                current.GetSpan((int)gap + 1)[..(int)gap].Clear();
                current.Advance((int)gap);
            }
            else
            {
                joinedCount += WriteSegment(segments, currentOffset, current);
                currentOffset = offset;
            }

            current.Write(bytes);
        }

        joinedCount += WriteSegment(segments, currentOffset, current);
        if (position != section.Length)
        {
            return null;
        }

        var content = new ArrayBufferWriter<byte>(segments.WrittenCount + 5);
        WriteUnsigned(content, joinedCount);
        content.Write(segments.WrittenSpan);
        return content;
    }

    /// <summary>An active segment of memory 0 at a constant offset: <c>0x00 i32.const n end vec(byte)</c>.</summary>
    private static bool TryReadSegment(ReadOnlySpan<byte> section, ref int position, out uint offset, out ReadOnlySpan<byte> bytes)
    {
        offset = 0;
        bytes = default;
        if (section.Length - position < 2 || section[position] != 0 || section[position + 1] != I32Const)
        {
            return false;
        }

        position += 2;
        if (!TryReadSigned(section, ref position, out offset) || position >= section.Length || section[position++] != End
            || !TryReadUnsigned(section, ref position, out var length) || length > section.Length - position)
        {
            return false;
        }

        bytes = section.Slice(position, (int)length);
        position += (int)length;
        return true;
    }

    private static uint WriteSegment(ArrayBufferWriter<byte> output, long offset, ArrayBufferWriter<byte> bytes)
    {
        if (bytes.WrittenCount == 0)
        {
            return 0; // before the first
        }

        output.Write<byte>([0, I32Const]);
        WriteSigned(output, unchecked((int)(uint)offset));
        output.Write<byte>([End]);
        WriteUnsigned(output, (uint)bytes.WrittenCount);
        output.Write(bytes.WrittenSpan);
        bytes.ResetWrittenCount();
        return 1;
    }

    private static bool TryReadUnsigned(ReadOnlySpan<byte> source, ref int position, out uint value)
    {
        value = 0;
        for (var shift = 0; shift < 35 && position < source.Length; shift += 7)
        {
            var next = source[position++];
            value |= (uint)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryReadSigned(ReadOnlySpan<byte> source, ref int position, out uint value)
    {
        var start = position;
        if (!TryReadUnsigned(source, ref position, out value))
        {
            return false;
        }

        var shift = (position - start) * 7;
        if (shift < 32 && (source[position - 1] & 0x40) != 0)
        {
            value |= uint.MaxValue << shift;
        }

        return true;
    }

    private static void WriteUnsigned(ArrayBufferWriter<byte> output, uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            output.Write<byte>([(byte)(value | 0x80)]);
        }

        output.Write<byte>([(byte)value]);
    }

    private static void WriteSigned(ArrayBufferWriter<byte> output, int value)
    {
        while (value is < -64 or >= 64)
        {
            output.Write<byte>([(byte)(value | 0x80)]);
            value >>= 7;
        }

        output.Write<byte>([(byte)(value & 0x7f)]);
    }
}
