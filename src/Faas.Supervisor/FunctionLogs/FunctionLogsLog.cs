namespace Faas.Supervisor.FunctionLogs;

/// <summary>Event ids 4400 to 4449.</summary>
internal static partial class FunctionLogsLog
{
    [LoggerMessage(4400, LogLevel.Warning, "{Count} entries of functions' logs were dropped: they came faster than the disk takes them")]
    internal static partial void Dropped(ILogger logger, long count);

    [LoggerMessage(4401, LogLevel.Warning, "the log of function {Name} cannot be written: {Reason}")]
    internal static partial void WriteFailed(ILogger logger, string name, string reason);
}
