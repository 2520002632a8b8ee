namespace Faas.Supervisor.Invocations;

/// <summary>
/// Instants of one invocation, all of CLOCK_MONOTONIC in ns, which supervisor and workers share. Consecutive, so the
/// parts of the receipt add up to its total.
/// </summary>
internal struct InvocationTimings
{
    /// <summary>The request was complete and asked for a slot.</summary>
    public long Arrived;

    /// <summary>It had a slot.</summary>
    public long Leased;

    /// <summary>The worker took it up; 0 when no worker did.</summary>
    public long Started;

    /// <summary>Making the function ready in that worker.</summary>
    public long LoadNanoseconds;

    /// <summary>From instance to end.</summary>
    public long RunNanoseconds;

    /// <summary>The end was known here.</summary>
    public long Ended;

    public readonly long QueueNanoseconds => Leased - Arrived;

    public readonly long TotalNanoseconds => Ended - Arrived;

    /// <summary>Both ways between supervisor and worker, wake-ups included.</summary>
    public readonly long SendNanoseconds => TotalNanoseconds - QueueNanoseconds - LoadNanoseconds - RunNanoseconds;
}
