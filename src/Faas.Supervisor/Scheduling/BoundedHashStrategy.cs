namespace Faas.Supervisor.Scheduling;

/// <summary>
/// HASH: consistent hashing with bounded loads (V. Mirrokni, M. Thorup, M. Zadimoghaddam, "Consistent Hashing with Bounded Loads",
/// arXiv:1608.01350, 2016). A function has a home worker, whose caches stay warm for it; with m invocations in flight on n ready workers none
/// gets more than ⌈c·(m+1)/n⌉, c = 1.25, and what does not fit goes on clockwise to the next that has room. The expected walk is O(1/(c-1)²)
/// workers, whatever n.
/// </summary>
public sealed class BoundedHashStrategy : ISchedulingStrategy
{
    // c = 5/4: at most a quarter above the mean. Smaller is more even and colder, larger warmer and less even.
    private const int BoundNumerator = 5;
    private const int BoundDenominator = 4;

    private HashRing? _ring;
    private int _version = -1;

    /// <inheritdoc/>
    public string Name => StrategyNames.BoundedHash;

    /// <inheritdoc/>
    public WorkerState? Pick(WorkerSet workers, in PlacementRequest request)
    {
        if (workers.AvailableCount == 0)
        {
            return null;
        }

        if (_ring is null || _version != workers.Version)
        {
            _ring = new HashRing(workers.Workers);
            _version = workers.Version;
        }

        int bound = Bound(workers.Outstanding, workers.ReadyCount);
        WorkerState? overBound = null;
        int point = _ring.Find(request.FunctionHash);
        for (int step = 0; step < _ring.Length; step++, point = _ring.Next(point))
        {
            int position = _ring.PositionAt(point);
            if (workers.IsAvailable(position))
            {
                WorkerState worker = workers.Workers[position];
                if (worker.Outstanding < bound)
                {
                    return worker;
                }

                overBound ??= worker;
            }
        }

        // Only when workers differ in slots: those under the bound are full. A free slot is better used than kept.
        return overBound;
    }

    /// <summary>Most leases a worker may hold after one more is placed: ⌈c·(outstanding + 1) ÷ ready⌉.</summary>
    internal static int Bound(int outstanding, int ready)
    {
        long divisor = (long)BoundDenominator * Math.Max(ready, 1);
        return (int)(((BoundNumerator * (outstanding + 1L)) + divisor - 1) / divisor);
    }
}
