namespace Faas.Supervisor.Loops;

/// <summary>Event ids 4700 to 4749.</summary>
internal static partial class LoopsLog
{
    [LoggerMessage(4700, LogLevel.Error, "{Loop} failed; it goes on after {Seconds} s")]
    internal static partial void Failed(ILogger logger, Exception exception, string loop, double seconds);

    [LoggerMessage(4701, LogLevel.Warning, "{Loop} is well again after {Failures} failures")]
    internal static partial void Recovered(ILogger logger, string loop, int failures);

    // Without the stack, which the first one of the row has.
    [LoggerMessage(4702, LogLevel.Error, "{Loop} failed, {Failures} times in a row; it goes on after {Seconds} s: {Problem}")]
    internal static partial void FailedAgain(ILogger logger, string loop, int failures, double seconds, string? problem);

    [LoggerMessage(4710, LogLevel.Error, "a thread that serves the sockets has not turned for a second: {Facts}; its stack: dotnet-stack report -p {Pid}")]
    internal static partial void ThreadStuck(ILogger logger, string facts, int pid);

    [LoggerMessage(4711, LogLevel.Warning, "thread {Thread}, which serves the sockets, turns again")]
    internal static partial void ThreadTurns(ILogger logger, int thread);

    [LoggerMessage(4712, LogLevel.Error, "the watch over the threads that serve the sockets failed; it goes on")]
    internal static partial void WatchFailed(ILogger logger, Exception exception);
}
