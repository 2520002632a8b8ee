namespace Faas.Supervisor.Recording;

/// <summary>
/// Bounded queue of many writers and one reader without locks: each place has a number that says whose turn it is
/// (D. Vyukov, "Bounded MPMC queue", 1024cores.net). A writer that finds it full goes on and is counted: recording
/// never holds an invocation up.
/// </summary>
internal sealed class TraceRing
{
    private readonly Place[] _places;
    private readonly int _mask;
    private long _head;
    private long _tail;
    private long _dropped;

    /// <param name="capacity">A power of two.</param>
    public TraceRing(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(capacity & (capacity - 1), 0, nameof(capacity));
        _places = new Place[capacity];
        _mask = capacity - 1;
        for (var i = 0; i < capacity; i++)
        {
            _places[i].Turn = i;
        }
    }

    /// <summary>Entries that found no room.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>Any thread.</summary>
    public void Add(in TraceEntry entry)
    {
        var tail = Volatile.Read(ref _tail);
        while (true)
        {
            ref var place = ref _places[(int)tail & _mask];
            var turn = Volatile.Read(ref place.Turn);
            if (turn < tail)
            {
                Interlocked.Increment(ref _dropped);
                return;
            }

            if (turn == tail)
            {
                var seen = Interlocked.CompareExchange(ref _tail, tail + 1, tail);
                if (seen == tail)
                {
                    place.Entry = entry;
                    Volatile.Write(ref place.Turn, tail + 1);
                    return;
                }

                tail = seen;
            }
            else
            {
                tail = Volatile.Read(ref _tail);
            }
        }
    }

    /// <summary>One thread at a time.</summary>
    public bool TryTake(out TraceEntry entry)
    {
        ref var place = ref _places[(int)_head & _mask];
        if (Volatile.Read(ref place.Turn) != _head + 1)
        {
            entry = default;
            return false;
        }

        entry = place.Entry;
        place.Entry = default; // a deleted function is not kept alive by a place in the ring
        Volatile.Write(ref place.Turn, _head + _places.Length);
        _head++;
        return true;
    }

    private struct Place
    {
        public long Turn;
        public TraceEntry Entry;
    }
}
