using System.Runtime.CompilerServices;
using Faas.Protocol.Contracts;

namespace Faas.Runtimes.Loopback;

/// <summary>Copies input to output.</summary>
internal sealed class LoopbackModule : IRuntimeModule
{
    private const int ChunkBytes = 16 * 1024;

    public long ResidentBytes => 0;

    [SkipLocalsInit]
    public InvocationResult Invoke(InvocationContext invocation)
    {
        Span<byte> buffer = stackalloc byte[ChunkBytes];
        int count;
        while ((count = invocation.ReadInput(buffer)) > 0)
        {
            if (!invocation.WriteOutput(buffer[..count]))
            {
                return new InvocationResult(
                    invocation.OutputLimitReached ? InvocationStatus.OutputLimit
                    : invocation.IsCancelled ? InvocationStatus.Cancelled
                    : InvocationStatus.Timeout);
            }
        }

        // The end of the input, or an end cut short: the context tells them apart by what is still to come.
        return invocation.IsCancelled ? new InvocationResult(InvocationStatus.Cancelled)
            : invocation.AvailableInput >= 0 ? new InvocationResult(InvocationStatus.Timeout)
            : InvocationResult.Success;
    }

    public void Dispose()
    {
    }
}
