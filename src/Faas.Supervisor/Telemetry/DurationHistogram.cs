namespace Faas.Supervisor.Telemetry;

/// <summary>
/// How often something took how long, in fixed buckets. Adding is two interlocked additions; any thread. A reader gets
/// counts that were true a moment ago, not all of the same moment.
/// </summary>
/// <param name="bounds">Upper bounds of the buckets in ns, ascending; one more bucket takes what is longer.</param>
internal sealed class DurationHistogram(long[] bounds)
{
    private readonly long[] _counts = new long[bounds.Length + 1];
    private long _sumNanoseconds;

    /// <summary>Upper bounds in ns.</summary>
    public ReadOnlySpan<long> Bounds => bounds;

    public double SumSeconds => Interlocked.Read(ref _sumNanoseconds) / 1e9;

    public void Add(long nanoseconds)
    {
        // A linear search: most durations are in the first six buckets.
        var bucket = 0;
        while (bucket < bounds.Length && nanoseconds > bounds[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref _counts[bucket]);
        Interlocked.Add(ref _sumNanoseconds, Math.Max(nanoseconds, 0));
    }

    /// <summary>Adds this one's counts to those of others with the same bounds.</summary>
    /// <param name="counts">One more than there are bounds.</param>
    /// <param name="sumSeconds">Sum of all durations.</param>
    public void AddTo(Span<long> counts, ref double sumSeconds)
    {
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            counts[bucket] += Interlocked.Read(ref _counts[bucket]);
        }

        sumSeconds += SumSeconds;
    }
}
