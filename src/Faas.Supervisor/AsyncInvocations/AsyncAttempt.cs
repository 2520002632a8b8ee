namespace Faas.Supervisor.AsyncInvocations;

/// <summary>One attempt, recorded before it was sent to a worker.</summary>
/// <param name="Number">1 and up.</param>
/// <param name="Started">When it was recorded.</param>
/// <param name="Ended">Null while it runs, and for ever when the server ended first.</param>
/// <param name="Error">Null while it runs and after success.</param>
/// <param name="Invocation">Its id in receipts and in the function's log; null when it never reached a worker.</param>
internal sealed record AsyncAttempt(int Number, DateTimeOffset Started, DateTimeOffset? Ended, string? Error, string? Invocation);
