namespace Faas.Supervisor.Workers;

/// <summary>Where a position of the pool stands.</summary>
internal enum WorkerPhase
{
    /// <summary>A process is being started, or is about to be.</summary>
    Starting,

    /// <summary>It takes invocations.</summary>
    Ready,

    /// <summary>It has not answered the last ping: it keeps what it has and gets nothing new until it is heard.</summary>
    Silent,

    /// <summary>It ended unasked; a replacement waits for the back-off.</summary>
    Crashed,

    /// <summary>The pool is ending.</summary>
    Stopped,
}
