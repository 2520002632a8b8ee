namespace Faas.Supervisor.Telemetry;

/// <summary>Buckets of the histograms, in ns.</summary>
internal static class DurationBounds
{
    private const long Microsecond = 1_000;
    private const long Millisecond = 1_000_000;
    private const long Second = 1_000_000_000;

    /// <summary>From a WASM hello (6 µs) to the default timeout (30 s).</summary>
    public static long[] Invocation { get; } =
    [
        10 * Microsecond, 25 * Microsecond, 50 * Microsecond, 100 * Microsecond, 250 * Microsecond, 500 * Microsecond,
        1 * Millisecond, 5 * Millisecond / 2, 5 * Millisecond, 10 * Millisecond, 25 * Millisecond, 50 * Millisecond,
        100 * Millisecond, 250 * Millisecond, 500 * Millisecond, 1 * Second, 5 * Second / 2, 5 * Second, 10 * Second, 30 * Second,
    ];

    /// <summary>From a module out of the cache to the compilers' own limit.</summary>
    public static long[] Build { get; } =
    [
        1 * Millisecond, 5 * Millisecond, 25 * Millisecond, 100 * Millisecond, 250 * Millisecond, 500 * Millisecond,
        1 * Second, 5 * Second / 2, 5 * Second, 10 * Second, 30 * Second, 60 * Second,
    ];

    public static double[] ToSeconds(long[] bounds) => Array.ConvertAll(bounds, bound => bound / 1e9);
}
