namespace Faas.Supervisor.Functions;

/// <summary>Event ids 4300 to 4349.</summary>
internal static partial class FunctionStoreLog
{
    [LoggerMessage(4300, LogLevel.Information, "{Count} functions in {Folder}")]
    internal static partial void Opened(ILogger logger, int count, string folder);

    [LoggerMessage(4301, LogLevel.Warning, "function folder {Folder} is damaged ({Problem}); set aside as {SetAside}")]
    internal static partial void SetAside(ILogger logger, string folder, string problem, string setAside);

    [LoggerMessage(4302, LogLevel.Warning, "function folder {Folder} is damaged ({Problem}) and cannot be set aside ({Reason}); ignored")]
    internal static partial void Ignored(ILogger logger, string folder, string problem, string reason);

    [LoggerMessage(4303, LogLevel.Information, "deployed {Id}, version {Version}, {Language}")]
    internal static partial void Added(ILogger logger, string id, int version, string language);

    [LoggerMessage(4304, LogLevel.Information, "deleted {Id}")]
    internal static partial void Deleted(ILogger logger, string id);

    [LoggerMessage(4306, LogLevel.Information, "{Name} was rolled back to {Id}")]
    internal static partial void RolledBack(ILogger logger, string name, string id);

    [LoggerMessage(4307, LogLevel.Information, "what calls {Name} is spread over {Shares}")]
    internal static partial void TrafficSplit(ILogger logger, string name, string shares);

    [LoggerMessage(4305, LogLevel.Error, "an observer of the function store failed")]
    internal static partial void ObserverFailed(ILogger logger, Exception exception);
}
