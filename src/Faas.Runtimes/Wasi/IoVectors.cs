using System.Buffers.Binary;

namespace Faas.Runtimes.Wasi;

/// <summary>
/// The buffers of a scattered read or a gathered write (<c>iovec</c>, <c>ciovec</c>: pointer, length), one after the
/// other, in guest memory. A call may always transfer less than it was asked for, which bounds the work of one call
/// whatever the guest claims: past <see cref="MaxVectors"/> buffers or <see cref="MaxTransferBytes"/> bytes the rest is
/// left for the next call.
/// </summary>
internal ref struct IoVectors
{
    /// <summary>Buffers looked at in one call: IOV_MAX of Linux.</summary>
    public const uint MaxVectors = 1024;

    /// <summary>Bytes moved in one call: MAX_RW_COUNT of Linux.</summary>
    public const int MaxTransferBytes = 0x7FFFF000;

    private const uint VectorBytes = 8;

    private readonly GuestMemory _memory;
    private ReadOnlySpan<byte> _vectors;
    private int _budget;

    private IoVectors(GuestMemory memory, ReadOnlySpan<byte> vectors)
    {
        _memory = memory;
        _vectors = vectors;
        _budget = MaxTransferBytes;
    }

    /// <summary>False when the array of vectors does not lie inside the memory.</summary>
    public static bool TryCreate(GuestMemory memory, uint pointer, uint count, out IoVectors vectors)
    {
        // The whole array is checked, as far as 32 bits go; only the head is used.
        var wholeBytes = (ulong)count * VectorBytes;
        if (wholeBytes > uint.MaxValue
            || !memory.TryGetSpan(pointer, (uint)wholeBytes, (int)(MaxVectors * VectorBytes), out var head))
        {
            vectors = default;
            return false;
        }

        vectors = new IoVectors(memory, head);
        return true;
    }

    /// <summary>The next buffer that is not empty.</summary>
    /// <param name="buffer">In place; empty when there are no more.</param>
    /// <returns>False when the buffer does not lie inside the memory.</returns>
    public bool TryNext(out Span<byte> buffer)
    {
        while (_vectors.Length >= VectorBytes && _budget > 0)
        {
            var pointer = BinaryPrimitives.ReadUInt32LittleEndian(_vectors);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(_vectors[4..]);
            _vectors = _vectors[(int)VectorBytes..];
            if (!_memory.TryGetSpan(pointer, length, _budget, out buffer))
            {
                return false;
            }

            if (!buffer.IsEmpty)
            {
                _budget -= buffer.Length;
                return true;
            }
        }

        buffer = default;
        return true;
    }
}
