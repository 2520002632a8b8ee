namespace Faas.Supervisor.Workers;

/// <summary>What became of an attempt to send an invocation to a worker.</summary>
internal enum DispatchStatus
{
    /// <summary>A worker has it.</summary>
    Sent,

    /// <summary>As many wait already as may.</summary>
    QueueFull,

    /// <summary>No worker has the function's backend.</summary>
    NoWorker,

    /// <summary>The supervisor is ending.</summary>
    ShuttingDown,

    /// <summary>The caller went away while it waited.</summary>
    Cancelled,

    /// <summary>The function cannot be made ready; the invocation's status and message say why.</summary>
    Refused,
}
