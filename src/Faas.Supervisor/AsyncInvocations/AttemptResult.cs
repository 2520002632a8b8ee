namespace Faas.Supervisor.AsyncInvocations;

/// <summary>What became of one attempt.</summary>
/// <param name="End">Whether it ran at all.</param>
/// <param name="Error">Stable code of its failure; null after success.</param>
/// <param name="Message">What the server says about the failure.</param>
/// <param name="ExitCode">Of a function that ended itself with failure.</param>
/// <param name="Output">What it wrote, after success.</param>
/// <param name="Invocation">Its id in receipts and in the function's log.</param>
internal sealed record AttemptResult(
    AttemptEnd End, string? Error = null, string? Message = null, int? ExitCode = null, byte[]? Output = null, string? Invocation = null)
{
    /// <summary>False when another attempt would end the same way.</summary>
    public bool MayRetry { get; init; } = true;
}
