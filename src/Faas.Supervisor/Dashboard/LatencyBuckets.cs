using System.Numerics;

namespace Faas.Supervisor.Dashboard;

/// <summary>
/// Durations in buckets that widen with them: one microsecond each up to 31, then 16 for each doubling, so that a bucket's
/// middle is at most 3.2 % off whatever fell into it (the layout of HdrHistogram, here over plain cells).
/// </summary>
internal static class LatencyBuckets
{
    /// <summary>0 to 2^32 - 1 microseconds, which is 71 minutes; longer counts as that. An invocation may take an hour.</summary>
    public const int Count = ((MaxExponent - SubBits + 1) << SubBits) + SubCount;

    private const int SubBits = 4;
    private const int SubCount = 1 << SubBits;
    private const int MaxExponent = 31;
    private const long NanosecondsPerMicrosecond = 1000;

    public static int IndexOf(long nanoseconds)
    {
        var microseconds = (uint)Math.Clamp(nanoseconds / NanosecondsPerMicrosecond, 0, uint.MaxValue);
        var shift = Math.Max(BitOperations.Log2(microseconds | 1) - SubBits, 0);
        return (shift << SubBits) + (int)(microseconds >> shift);
    }

    /// <summary>Middle of a bucket, in microseconds.</summary>
    public static uint MiddleOf(int index)
    {
        var shift = Math.Max((index >> SubBits) - 1, 0);
        var first = (uint)(index - (shift << SubBits)) << shift;
        return first + (((1u << shift) - 1) / 2);
    }

    /// <summary>The duration that a share of all does not exceed, in microseconds; 0 when there are none.</summary>
    /// <param name="cells">How many fell into each bucket.</param>
    /// <param name="total">Their sum.</param>
    /// <param name="share">0 to 1.</param>
    public static uint Percentile(ReadOnlySpan<uint> cells, long total, double share)
    {
        var rank = (long)Math.Ceiling(total * share);
        long seen = 0;
        for (var index = 0; index < Count; index++)
        {
            seen += cells[index];
            if (seen >= rank && seen > 0)
            {
                return MiddleOf(index);
            }
        }

        return 0;
    }
}
