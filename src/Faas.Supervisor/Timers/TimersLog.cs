namespace Faas.Supervisor.Timers;

/// <summary>Event ids 4650 to 4699.</summary>
internal static partial class TimersLog
{
    [LoggerMessage(4650, LogLevel.Warning, "{Count} runs of {Name} by its schedule were missed: {Reason}")]
    internal static partial void Missed(ILogger logger, string name, long count, string reason);

    [LoggerMessage(4652, LogLevel.Warning, "the clock went ahead by {Change}: it was set, or the machine slept; runs that are due by it and more than a minute late are missed")]
    internal static partial void ClockAhead(ILogger logger, TimeSpan change);

    [LoggerMessage(4653, LogLevel.Warning, "the clock went back by {Change}: what was to be done by the old one is done by the new one")]
    internal static partial void ClockBack(ILogger logger, TimeSpan change);

    [LoggerMessage(4654, LogLevel.Warning, "the clock was ahead when {Count} schedules were last looked at: they begin anew, and runs by them may come a second time")]
    internal static partial void BegunAnew(ILogger logger, int count);
}
