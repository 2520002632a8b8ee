namespace Faas.Supervisor.AsyncInvocations;

/// <summary>Exponential back-off with jitter: 1 s, 2 s, 4 s … up to 5 min, each between half of it and all of it.</summary>
internal static class RetryDelay
{
    /// <summary>No pause is longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);

    /// <param name="failures">How often it has failed: 1 and up.</param>
    /// <param name="random">Where the jitter comes from.</param>
    public static TimeSpan After(int failures, Random random)
    {
        // 2^9 s is past the longest already.
        var whole = s_first * Math.Pow(2, Math.Min(failures - 1, 9));
        return (whole < Longest ? whole : Longest) * (0.5 + (random.NextDouble() / 2));
    }
}
