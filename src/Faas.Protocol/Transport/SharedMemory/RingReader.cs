namespace Faas.Protocol.Transport.SharedMemory;

/// <summary>The reading end of a ring. One thread at a time; memory that stays mapped during each call.</summary>
internal sealed unsafe class RingReader(nint ring)
{
    private readonly byte* _ring = (byte*)ring;
    private ulong _read; // what the other side sees of it is a copy: it cannot move this one

    /// <summary>Takes what is there, as far as it fits. It is a copy: the other side cannot change it any more.</summary>
    /// <returns>How much.</returns>
    /// <exception cref="IOException">The other side has written nonsense into the ring.</exception>
    public int Read(Span<byte> destination)
    {
        var available = Available;
        if (available > RingLayout.Capacity)
        {
            throw new IOException("the ring in shared memory is damaged");
        }

        if (available == 0)
        {
            return 0;
        }

        var count = Math.Min(destination.Length, (int)available);
        var start = (int)(_read & (RingLayout.Capacity - 1));
        var first = Math.Min(count, RingLayout.Capacity - start);
        new ReadOnlySpan<byte>(_ring + RingLayout.Data + start, first).CopyTo(destination);
        new ReadOnlySpan<byte>(_ring + RingLayout.Data, count - first).CopyTo(destination[first..]);
        _read += (uint)count;
        Volatile.Write(ref *(ulong*)(_ring + RingLayout.Read), _read);
        return count;
    }

    /// <summary>
    /// After a read: whether the writer went to sleep for want of room and has to be woken by the caller. Not before half
    /// of the ring is free: two sides that wake each other for every few bytes do little else.
    /// </summary>
    public bool TakeSleepingWriter()
    {
        Interlocked.MemoryBarrier(); // the room before the look, as the writer's sleep comes before its look
        return Volatile.Read(ref *(uint*)(_ring + RingLayout.WriterSleeps)) != 0
            && Available <= RingLayout.Capacity / 2
            && Interlocked.Exchange(ref *(uint*)(_ring + RingLayout.WriterSleeps), 0) != 0;
    }

    /// <summary>Says that this side is about to sleep until it is woken.</summary>
    /// <returns>False when there is something by now: then do not sleep.</returns>
    public bool TrySleep()
    {
        Interlocked.Exchange(ref *(uint*)(_ring + RingLayout.ReaderSleeps), 1);
        return Available == 0
            || Interlocked.Exchange(ref *(uint*)(_ring + RingLayout.ReaderSleeps), 0) == 0; // a bell is on its way: hear it
    }

    private ulong Available => Volatile.Read(ref *(ulong*)(_ring + RingLayout.Written)) - _read;
}
