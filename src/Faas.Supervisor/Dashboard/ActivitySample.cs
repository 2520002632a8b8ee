namespace Faas.Supervisor.Dashboard;

/// <summary>What happened between two ticks.</summary>
/// <param name="UnixSeconds">When it ended.</param>
/// <param name="CallsPerSecond">Invocations that ended, failed ones and refused ones included.</param>
/// <param name="FailuresPerSecond">Those that failed or were refused.</param>
/// <param name="P50">Median of their durations in microseconds, queue included; 0 when none ended.</param>
/// <param name="P95">95th percentile, likewise.</param>
/// <param name="P99">99th percentile, likewise.</param>
internal readonly record struct ActivitySample(
    long UnixSeconds, float CallsPerSecond, float FailuresPerSecond, uint P50, uint P95, uint P99)
{
    public bool IsIdle => CallsPerSecond == 0;
}
