namespace Faas.Supervisor.Dashboard;

/// <summary>
/// What has been counted since the start: durations in buckets, failures, refusals. Any number of threads count, each in the
/// stripe of the processor it runs on; cells only grow (and wrap), so a reader takes differences and nobody waits for anybody.
/// </summary>
internal sealed class ActivityCounters
{
    public const int FailuresCell = LatencyBuckets.Count;
    public const int RefusalsCell = FailuresCell + 1;

    /// <summary>Cells of a stripe in use.</summary>
    public const int CellCount = RefusalsCell + 1;

    // Up to a whole number of cache lines (16 cells of 4 bytes), so that two stripes never share one.
    private const int Stride = (CellCount + 15) & ~15;

    // Beyond it two processors share a stripe now and then; 2 KiB each is what a function costs.
    private const int MaxStripes = 8;

    private readonly uint[] _cells;
    private readonly int _mask;

    public ActivityCounters()
    {
        var stripes = Math.Min((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount), MaxStripes);
        _cells = GC.AllocateArray<uint>(stripes * Stride, pinned: false);
        _mask = stripes - 1;
    }

    /// <summary>An invocation ended.</summary>
    public void Count(long nanoseconds, bool failed)
    {
        var stripe = Stripe();
        Interlocked.Increment(ref _cells[stripe + LatencyBuckets.IndexOf(nanoseconds)]);
        if (failed)
        {
            Interlocked.Increment(ref _cells[stripe + FailuresCell]);
        }
    }

    /// <summary>An invocation was turned away.</summary>
    public void CountRefusal() => Interlocked.Increment(ref _cells[Stripe() + RefusalsCell]);

    /// <summary>Adds up the stripes.</summary>
    /// <param name="totals">Of <see cref="CellCount"/>.</param>
    public void Read(Span<uint> totals)
    {
        totals.Clear();
        for (var stripe = 0; stripe < _cells.Length; stripe += Stride)
        {
            for (var cell = 0; cell < CellCount; cell++)
            {
                totals[cell] += Volatile.Read(ref _cells[stripe + cell]);
            }
        }
    }

    private int Stripe() => (Thread.GetCurrentProcessorId() & _mask) * Stride;
}
