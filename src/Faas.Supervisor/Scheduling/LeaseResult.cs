namespace Faas.Supervisor.Scheduling;

/// <summary>The answer to <see cref="Scheduler.EnqueueAsync"/>.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Lease">The lease when <paramref name="Status"/> is <see cref="LeaseStatus.Acquired"/>, else default.</param>
public readonly record struct LeaseResult(LeaseStatus Status, Lease Lease)
{
    internal LeaseResult(LeaseStatus status)
        : this(status, default)
    {
    }

    /// <summary>True when there is a lease, which must be given back.</summary>
    public bool IsAcquired => Status == LeaseStatus.Acquired;
}
