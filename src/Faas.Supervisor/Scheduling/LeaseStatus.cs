namespace Faas.Supervisor.Scheduling;

/// <summary>How a wait for a slot ended.</summary>
public enum LeaseStatus
{
    /// <summary>A slot is reserved; the lease must be given back.</summary>
    Acquired = 0,

    /// <summary>As many wait already as may (<c>queue_full</c>).</summary>
    QueueFull = 1,

    /// <summary>No position of the pool has the backend, or every one that had came back with another (<c>no_worker</c>).</summary>
    NoWorker = 2,

    /// <summary>The scheduler drains (<c>shutting_down</c>).</summary>
    ShuttingDown = 3,

    /// <summary>The caller's token fired while it waited.</summary>
    Canceled = 4,

    /// <summary>It lasted longer than anybody may wait (<c>timeout</c>).</summary>
    TimedOut = 5,
}
