namespace Faas.Supervisor.AsyncInvocations;

/// <summary>Event ids 4600 to 4649.</summary>
internal static partial class AsyncInvocationsLog
{
    [LoggerMessage(4600, LogLevel.Warning, "the last server ended while asynchronous invocations ran: {Unknown} are unknown now, {Queued} run again since their functions are idempotent")]
    internal static partial void Recovered(ILogger logger, int unknown, int queued);

    [LoggerMessage(4602, LogLevel.Warning, "asynchronous invocation {Id} of {Function} is a dead letter after {Attempts} attempts: {Error}")]
    internal static partial void Dead(ILogger logger, string id, string function, int attempts, string? error);

    [LoggerMessage(4603, LogLevel.Warning, "the end of asynchronous invocation {Id} could not be told to {Callback} in {Attempts} attempts: {Reason}")]
    internal static partial void CallbackGivenUp(ILogger logger, string id, string? callback, int attempts, string reason);

    [LoggerMessage(4604, LogLevel.Error, "asynchronous invocation {Id} met a defect")]
    internal static partial void Defect(ILogger logger, Exception exception, string id);
}
