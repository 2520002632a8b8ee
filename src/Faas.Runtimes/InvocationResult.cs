using Faas.Protocol.Contracts;

namespace Faas.Runtimes;

/// <summary>How one call ended.</summary>
/// <param name="Status">The outcome.</param>
/// <param name="ExitCode">The guest's exit code; 0 unless <paramref name="Status"/> is <see cref="InvocationStatus.FunctionFailed"/>.</param>
/// <param name="Message">Cause in words (trap name, limit that fired), null when there is nothing to add. Never a host path.</param>
/// <param name="PeakMemoryBytes">Highest memory of the guest, 0 when the backend cannot tell.</param>
/// <param name="Start">What had to be started for this call.</param>
public readonly record struct InvocationResult(
    InvocationStatus Status,
    int ExitCode = 0,
    string? Message = null,
    long PeakMemoryBytes = 0,
    StartKind Start = StartKind.Warm)
{
    /// <summary>Exit code 0, nothing to add.</summary>
    public static InvocationResult Success => new(InvocationStatus.Ok);
}
