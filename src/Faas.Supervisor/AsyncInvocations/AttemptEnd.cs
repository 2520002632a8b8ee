namespace Faas.Supervisor.AsyncInvocations;

internal enum AttemptEnd
{
    /// <summary>It ran to an end, good or bad.</summary>
    Ended,

    /// <summary>No worker took it: it counts as no attempt and is tried again.</summary>
    NotBegun,

    /// <summary>This process ends and took the worker along: what is on disk, running, is the truth.</summary>
    Interrupted,
}
