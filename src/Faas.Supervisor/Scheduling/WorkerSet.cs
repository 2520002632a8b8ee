using System.Numerics;

namespace Faas.Supervisor.Scheduling;

/// <summary>
/// The workers that one strategy chooses from: all of them, or those of one backend. Knows at any time which are available (a bit each) and
/// the totals, so that a strategy need not walk the workers: 1,024 of them are 16 words. Valid during <see cref="ISchedulingStrategy.Pick"/>
/// only, which runs under the scheduler's lock.
/// </summary>
public sealed class WorkerSet
{
    private WorkerState[] _workers = [];
    private ulong[] _available = [];

    /// <summary>All members, ready or not, by ascending <see cref="WorkerState.Index"/>. A member's place here is its <em>position</em>.</summary>
    public ReadOnlySpan<WorkerState> Workers => _workers;

    /// <summary>Members.</summary>
    public int Count => _workers.Length;

    /// <summary>Members that are ready with a free slot.</summary>
    public int AvailableCount { get; private set; }

    /// <summary>Members that are ready.</summary>
    public int ReadyCount { get; internal set; }

    /// <summary>Leases on the members' present processes.</summary>
    public int Outstanding { get; internal set; }

    /// <summary>Changes when members come or leave (not when they become ready or unready): what tables over members are keyed by.</summary>
    public int Version { get; private set; }

    /// <summary>True when the member at <paramref name="position"/> is ready with a free slot.</summary>
    public bool IsAvailable(int position) => (_available[position >> 6] & (1UL << (position & 63))) != 0;

    /// <summary>First available position at or after <paramref name="from"/> (0 to <see cref="Count"/> - 1), wrapping round; -1 when none.</summary>
    public int NextAvailable(int from)
    {
        ulong[] words = _available;
        if (words.Length == 0)
        {
            return -1;
        }

        int word = from >> 6;
        ulong bits = words[word] & (ulong.MaxValue << (from & 63));

        // One turn more than there are words: the first one comes back for the bits before `from`.
        for (int turn = 0; turn <= words.Length; turn++)
        {
            if (bits != 0)
            {
                return (word << 6) + BitOperations.TrailingZeroCount(bits);
            }

            word = word + 1 == words.Length ? 0 : word + 1;
            bits = words[word];
        }

        return -1;
    }

    /// <summary>Position of the available member number <paramref name="rank"/>, counted from 0 in position order; rank below <see cref="AvailableCount"/>.</summary>
    public int AvailableAt(int rank)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)rank, (uint)AvailableCount, nameof(rank));
        int word = 0;
        ulong bits = _available[0];
        for (int count = BitOperations.PopCount(bits); rank >= count; count = BitOperations.PopCount(bits))
        {
            rank -= count;
            bits = _available[++word];
        }

        for (; rank > 0; rank--)
        {
            bits &= bits - 1;
        }

        return (word << 6) + BitOperations.TrailingZeroCount(bits);
    }

    internal void SetAvailable(int position, bool available)
    {
        ref ulong word = ref _available[position >> 6];
        ulong bit = 1UL << (position & 63);
        if ((word & bit) != 0 != available)
        {
            word ^= bit;
            AvailableCount += available ? 1 : -1;
        }
    }

    /// <summary>Replaces the members and counts everything anew; the caller keeps the positions it stored elsewhere in step.</summary>
    internal void SetMembers(WorkerState[] workers)
    {
        _workers = workers;
        _available = new ulong[(workers.Length + 63) >> 6];
        AvailableCount = 0;
        ReadyCount = 0;
        Outstanding = 0;
        Version++;
        for (int position = 0; position < workers.Length; position++)
        {
            WorkerState worker = workers[position];
            ReadyCount += worker.IsReady ? 1 : 0;
            Outstanding += worker.Outstanding;
            SetAvailable(position, worker.IsAvailable);
        }
    }
}
