namespace Faas.Supervisor.Timers;

/// <summary>Event ids 4650 to 4699.</summary>
internal static partial class TimersLog
{
    [LoggerMessage(4650, LogLevel.Warning, "{Count} runs of {Name} by its schedule were missed: {Reason}")]
    internal static partial void Missed(ILogger logger, string name, int count, string reason);

    [LoggerMessage(4651, LogLevel.Error, "the store of asynchronous invocations refused a timer: {Reason}")]
    internal static partial void StoreFailed(ILogger logger, string reason);
}
