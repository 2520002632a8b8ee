using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Faas.Runtimes.Wasi;

/// <summary>
/// The linear memory of the running instance, and the one place where guest pointers are checked: a pointer and a
/// length are unsigned 32-bit, their sum is taken in 64 bits, and nothing outside the memory is ever touched.
/// Made anew for every host call, because the memory may move or grow between two calls. Values are little-endian.
/// </summary>
public readonly unsafe ref struct GuestMemory
{
    private readonly byte* _start;
    private readonly ulong _length;

    /// <param name="start">First byte; stays valid for the whole host call.</param>
    /// <param name="length">Size in bytes, at most 4 GiB.</param>
    public GuestMemory(byte* start, ulong length)
    {
        _start = start;
        _length = length;
    }

    /// <summary>Size in bytes.</summary>
    public ulong Length => _length;

    /// <summary>True when <paramref name="length"/> bytes at <paramref name="pointer"/> lie inside the memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(uint pointer, uint length) => (ulong)pointer + length <= _length;

    /// <summary>The bytes at a pointer, in place.</summary>
    /// <returns>False when a byte of them lies outside, or when they are more than a span can hold (2 GiB − 1).</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGetSpan(uint pointer, uint length, out Span<byte> span)
    {
        if ((ulong)pointer + length > _length || length > int.MaxValue)
        {
            span = default;
            return false;
        }

        span = new Span<byte>(_start + pointer, (int)length);
        return true;
    }

    /// <summary>
    /// Like <see cref="TryGetSpan(uint, uint, out Span{byte})"/> for buffers of which a part may be used: checked as a whole, cut to
    /// <paramref name="limit"/> bytes.
    /// </summary>
    /// <returns>False when a byte of the whole buffer lies outside.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGetSpan(uint pointer, uint length, int limit, out Span<byte> span)
    {
        if ((ulong)pointer + length > _length)
        {
            span = default;
            return false;
        }

        span = new Span<byte>(_start + pointer, (int)Math.Min(length, (uint)limit));
        return true;
    }

    /// <summary>Reads a <c>u32</c>.</summary>
    /// <returns>False when it lies outside.</returns>
    public bool TryReadUInt32(uint pointer, out uint value)
    {
        if (!Contains(pointer, sizeof(uint)))
        {
            value = 0;
            return false;
        }

        value = BinaryPrimitives.ReadUInt32LittleEndian(new ReadOnlySpan<byte>(_start + pointer, sizeof(uint)));
        return true;
    }

    /// <summary>Writes a <c>u32</c>.</summary>
    /// <returns>False when it lies outside; nothing is written then.</returns>
    public bool TryWriteUInt32(uint pointer, uint value)
    {
        if (!Contains(pointer, sizeof(uint)))
        {
            return false;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(new Span<byte>(_start + pointer, sizeof(uint)), value);
        return true;
    }

    /// <summary>Writes a <c>u64</c>.</summary>
    /// <returns>False when it lies outside; nothing is written then.</returns>
    public bool TryWriteUInt64(uint pointer, ulong value)
    {
        if (!Contains(pointer, sizeof(ulong)))
        {
            return false;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(new Span<byte>(_start + pointer, sizeof(ulong)), value);
        return true;
    }
}
