namespace Faas.Supervisor.AsyncInvocations;

/// <summary>Where an asynchronous invocation stands. The numbers are on disk: never reused.</summary>
internal enum AsyncInvocationState
{
    /// <summary>Accepted; waits for its first attempt, or for one after a restart.</summary>
    Queued = 0,

    /// <summary>An attempt was recorded and may have begun.</summary>
    Running = 1,

    /// <summary>Its last attempt failed; another is due.</summary>
    Failed = 2,

    /// <summary>Ended well.</summary>
    Succeeded = 3,

    /// <summary>Every attempt it had failed: a dead letter.</summary>
    Dead = 4,

    /// <summary>The server ended while it ran: it may have run in whole, in part or not at all.</summary>
    Unknown = 5,

    /// <summary>Called off before it ended.</summary>
    Cancelled = 6,
}
