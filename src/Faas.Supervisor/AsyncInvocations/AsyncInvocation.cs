namespace Faas.Supervisor.AsyncInvocations;

/// <summary>An asynchronous invocation as it can be asked for. Times are of the wall clock.</summary>
internal sealed record AsyncInvocation
{
    public required AsyncInvocationId Id { get; init; }

    public required string Function { get; init; }

    public required string Version { get; init; }

    public required AsyncInvocationState State { get; init; }

    public required bool IsTimed { get; init; }

    public required DateTimeOffset Accepted { get; init; }

    /// <summary>When the next attempt is due; null when none is.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>Null before the end.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Attempts so far, the one that runs included.</summary>
    public required int Attempts { get; init; }

    public required int Retries { get; init; }

    /// <summary>Stable code of the last failure.</summary>
    public string? Error { get; init; }

    public string? Message { get; init; }

    public int? ExitCode { get; init; }

    /// <summary>Null before a successful end, and in lists.</summary>
    public byte[]? Output { get; init; }

    /// <summary>Null when none was asked for.</summary>
    public string? Callback { get; init; }

    public CallbackState CallbackState { get; init; }

    /// <summary>Oldest first; empty in lists.</summary>
    public IReadOnlyList<AsyncAttempt> History { get; init; } = [];
}
