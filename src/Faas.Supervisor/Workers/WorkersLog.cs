namespace Faas.Supervisor.Workers;

/// <summary>Log messages of the worker pool: ids 4100 to 4149.</summary>
internal static partial class WorkersLog
{
    [LoggerMessage(4100, LogLevel.Debug, "Worker {Index} is ready: pid {ProcessId}, {Backend}")]
    public static partial void WorkerReady(ILogger logger, int index, int processId, string backend);

    [LoggerMessage(4101, LogLevel.Warning, "Worker {Index} (pid {ProcessId}) ended: {Reason}")]
    public static partial void WorkerEnded(ILogger logger, int index, int processId, string reason);

    [LoggerMessage(4102, LogLevel.Warning, "Worker {Index} (pid {ProcessId}) has been silent for too long and is replaced")]
    public static partial void WorkerSilent(ILogger logger, int index, int processId);

    [LoggerMessage(4103, LogLevel.Warning, "Worker {Index} (pid {ProcessId}) did not end an invocation in time and is replaced")]
    public static partial void WorkerLate(ILogger logger, int index, int processId);

    [LoggerMessage(4104, LogLevel.Information, "Worker {Index}: {Line}")]
    public static partial void WorkerSaid(ILogger logger, int index, string line);

    [LoggerMessage(4105, LogLevel.Warning, "A connection to the workers' socket was refused: {Reason}")]
    public static partial void ConnectionRefused(ILogger logger, string reason);

    [LoggerMessage(4106, LogLevel.Error, "Worker {Index} (pid {ProcessId}) does not end by SIGKILL, it is stuck in the kernel: its position is filled without it")]
    public static partial void WorkerStuck(ILogger logger, int index, int processId);

    [LoggerMessage(4107, LogLevel.Warning, "What worker {Index} left behind cannot be removed: {Reason}")]
    public static partial void CleanUpFailed(ILogger logger, int index, string reason);

    [LoggerMessage(4108, LogLevel.Warning, "The runtime folder {Folder} was emptied or removed while the server uses it; the workers' socket in it is made again")]
    internal static partial void FolderMadeAgain(ILogger logger, string folder);
}
