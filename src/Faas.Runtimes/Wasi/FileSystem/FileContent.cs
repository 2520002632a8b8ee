using System.Numerics;

namespace Faas.Runtimes.Wasi.FileSystem;

/// <summary>
/// The bytes of a file: chunks of 64 KiB, the first of which starts small and doubles; a missing chunk is a hole of
/// zeros. The bytes of a bundled file are shared between invocations and only read: the first change copies them here.
/// </summary>
internal sealed class FileContent(FileSystemQuota quota, ReadOnlyMemory<byte> bundled)
{
    /// <summary>Below the large-object threshold (85,000 bytes), so that chunks are collected with the young generation.</summary>
    private const int ChunkBytes = 64 * 1024;

    private const int FirstBytes = 256;

    private ReadOnlyMemory<byte> _bundled = bundled;
    private byte[]?[] _chunks = [];

    /// <summary>Size in bytes, at most <see cref="FileSystemQuota.MaxFileBytes"/> unless bundled larger.</summary>
    public long Length { get; private set; } = bundled.Length;

    /// <summary>Copies what there is from an offset on.</summary>
    /// <returns>Bytes copied; 0 at or past the end.</returns>
    public int Read(ulong offset, Span<byte> target)
    {
        if (offset >= (ulong)Length)
        {
            return 0;
        }

        var position = (long)offset;
        target = target[..(int)Math.Min(target.Length, Length - position)];
        if (!_bundled.IsEmpty)
        {
            _bundled.Span.Slice((int)position, target.Length).CopyTo(target);
            return target.Length;
        }

        var left = target;
        while (!left.IsEmpty)
        {
            var within = (int)(position % ChunkBytes);
            var part = left[..Math.Min(left.Length, ChunkBytes - within)];
            var chunk = ChunkAt(position);
            // The first chunk may be shorter than the file says it is: a hole after it.
            var there = chunk is null ? 0 : Math.Clamp(chunk.Length - within, 0, part.Length);
            chunk.AsSpan(Math.Min(within, chunk?.Length ?? 0), there).CopyTo(part);
            part[there..].Clear();
            left = left[part.Length..];
            position += part.Length;
        }

        return target.Length;
    }

    /// <summary>Writes at an offset, filling the gap after the end with zeros.</summary>
    /// <returns>Bytes written: less than given when the quota or the highest file size is reached.</returns>
    public int Write(ulong offset, ReadOnlySpan<byte> source)
    {
        if (offset >= (ulong)quota.MaxFileBytes || !TryOwn())
        {
            return 0;
        }

        var position = (long)offset;
        source = source[..(int)Math.Min(source.Length, quota.MaxFileBytes - position)];
        var written = 0;
        while (written < source.Length)
        {
            var within = (int)(position % ChunkBytes);
            var count = Math.Min(source.Length - written, ChunkBytes - within);
            if (!TryGetChunk(position, count, out var chunk))
            {
                break;
            }

            source.Slice(written, count).CopyTo(chunk.AsSpan(within));
            written += count;
            position += count;
            Length = Math.Max(Length, position);
        }

        return written;
    }

    /// <summary>Cuts the file, or extends it by a hole.</summary>
    /// <returns>False past the highest file size or the quota; nothing has changed then.</returns>
    public bool TrySetLength(long length)
    {
        if (length > Length)
        {
            if (length > quota.MaxFileBytes || !TryOwn())
            {
                return false;
            }
        }
        else if (length == 0)
        {
            _bundled = default;
            DropFrom(0);
        }
        else if (length < Length)
        {
            if (!TryOwn())
            {
                return false;
            }

            var within = (int)(length % ChunkBytes);
            if (within != 0 && ChunkAt(length) is { } last && within < last.Length)
            {
                last.AsSpan(within).Clear();
            }

            DropFrom((int)((length + ChunkBytes - 1) / ChunkBytes));
        }

        Length = length;
        return true;
    }

    /// <summary>Takes the memory for a range now, extending the file to its end.</summary>
    /// <returns>False past the highest file size or the quota.</returns>
    public bool TryAllocate(long offset, long length)
    {
        var end = offset + length;
        if (end > quota.MaxFileBytes || !TryOwn())
        {
            return false;
        }

        for (var position = offset; position < end;)
        {
            var count = (int)Math.Min(end - position, ChunkBytes - (position % ChunkBytes));
            if (!TryGetChunk(position, count, out _))
            {
                return false;
            }

            position += count;
        }

        Length = Math.Max(Length, end);
        return true;
    }

    private byte[]? ChunkAt(long position)
    {
        var index = position / ChunkBytes;
        return index < _chunks.Length ? _chunks[index] : null;
    }

    /// <summary>The chunk of a position, with room for <paramref name="count"/> bytes from there.</summary>
    private bool TryGetChunk(long position, int count, out byte[] chunk)
    {
        chunk = [];
        var index = (int)(position / ChunkBytes);
        if (index >= _chunks.Length && !TryGrowTable(index + 1))
        {
            return false;
        }

        var current = _chunks[index];
        var needed = (int)(position % ChunkBytes) + count;
        if (current is null || current.Length < needed)
        {
            var size = index == 0 ? Math.Clamp((int)BitOperations.RoundUpToPowerOf2((uint)needed), FirstBytes, ChunkBytes) : ChunkBytes;
            if (!quota.TryCharge(size - (current?.Length ?? 0)))
            {
                return false;
            }

            var grown = new byte[size];
            current.AsSpan().CopyTo(grown);
            _chunks[index] = current = grown;
        }

        chunk = current;
        return true;
    }

    private bool TryGrowTable(int count)
    {
        var size = count == 1 ? 1 : Math.Max(count, _chunks.Length * 2);
        if (!quota.TryCharge((long)(size - _chunks.Length) * IntPtr.Size))
        {
            return false;
        }

        Array.Resize(ref _chunks, size);
        return true;
    }

    private void DropFrom(int index)
    {
        for (var i = index; i < _chunks.Length; i++)
        {
            quota.Refund(_chunks[i]?.Length ?? 0);
            _chunks[i] = null;
        }

        if (index == 0)
        {
            quota.Refund((long)_chunks.Length * IntPtr.Size);
            _chunks = [];
        }
    }

    /// <summary>Copies bundled bytes before the first change.</summary>
    private bool TryOwn()
    {
        if (_bundled.IsEmpty)
        {
            return true;
        }

        var source = _bundled;
        _bundled = default;
        if (Write(0, source.Span) == source.Length)
        {
            return true;
        }

        DropFrom(0);
        _bundled = source;
        Length = source.Length;
        return false;
    }
}
