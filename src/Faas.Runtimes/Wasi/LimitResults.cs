using Faas.Protocol.Contracts;

namespace Faas.Runtimes.Wasi;

/// <summary>The results that name a limit and the knob that moves it: the same words from every engine.</summary>
internal static class LimitResults
{
    /// <summary>The guest was ended from outside: because its caller went away, or else because its deadline passed.</summary>
    public static InvocationResult Interrupted(InvocationContext invocation, long peak) => invocation.IsCancelled
        ? new InvocationResult(InvocationStatus.Cancelled, PeakMemoryBytes: peak)
        : new InvocationResult(
            InvocationStatus.Timeout,
            Message: $"the timeout of {invocation.Limits.Timeout.TotalMilliseconds:0} ms passed; timeout= at deploy raises it",
            PeakMemoryBytes: peak);

    /// <summary>It wrote more than it may.</summary>
    public static InvocationResult Output(InvocationContext invocation, long peak) => new(
        InvocationStatus.OutputLimit,
        Message: $"the output limit of {invocation.Limits.OutputBytes} bytes was reached; --max-output raises it",
        PeakMemoryBytes: peak);

    /// <summary>It failed after it had asked for more memory than it may have.</summary>
    public static InvocationResult Memory(InvocationContext invocation, long peak) => new(
        InvocationStatus.MemoryLimit,
        Message: $"the memory limit of {invocation.Limits.MemoryBytes / (1024.0 * 1024.0):0.##} MiB was reached; memory= at deploy raises it",
        PeakMemoryBytes: peak);
}
