namespace Faas.Protocol.Transport.SharedMemory;

/// <summary>The writing end of a ring. One thread at a time; memory that stays mapped during each call.</summary>
internal sealed unsafe class RingWriter(nint ring)
{
    private readonly byte* _ring = (byte*)ring;
    private ulong _written; // what the other side sees of it is a copy: it cannot move this one

    /// <summary>Puts in as much as there is room for.</summary>
    /// <returns>How much.</returns>
    /// <exception cref="IOException">The other side has written nonsense into the ring.</exception>
    public int Write(ReadOnlySpan<byte> source)
    {
        var used = _written - Volatile.Read(ref *(ulong*)(_ring + RingLayout.Read));
        if (used > RingLayout.Capacity)
        {
            throw new IOException("the ring in shared memory is damaged");
        }

        var count = Math.Min(source.Length, RingLayout.Capacity - (int)used);
        var start = (int)(_written & (RingLayout.Capacity - 1));
        var first = Math.Min(count, RingLayout.Capacity - start);
        source[..first].CopyTo(new Span<byte>(_ring + RingLayout.Data + start, first));
        source[first..count].CopyTo(new Span<byte>(_ring + RingLayout.Data, count - first));
        _written += (uint)count;
        Volatile.Write(ref *(ulong*)(_ring + RingLayout.Written), _written);
        return count;
    }

    /// <summary>After a write: whether the reader went to sleep before it, and has to be woken by the caller.</summary>
    public bool TakeSleepingReader()
    {
        Interlocked.MemoryBarrier(); // the bytes before the look, as the reader's sleep comes before its look
        return Volatile.Read(ref *(uint*)(_ring + RingLayout.ReaderSleeps)) != 0
            && Interlocked.Exchange(ref *(uint*)(_ring + RingLayout.ReaderSleeps), 0) != 0;
    }

    /// <summary>Says that this side is about to sleep until it is woken.</summary>
    /// <returns>False when there is room by now: then do not sleep.</returns>
    public bool TrySleep()
    {
        Interlocked.Exchange(ref *(uint*)(_ring + RingLayout.WriterSleeps), 1);
        return _written - Volatile.Read(ref *(ulong*)(_ring + RingLayout.Read)) >= RingLayout.Capacity
            || Interlocked.Exchange(ref *(uint*)(_ring + RingLayout.WriterSleeps), 0) == 0; // a bell is on its way: hear it
    }
}
