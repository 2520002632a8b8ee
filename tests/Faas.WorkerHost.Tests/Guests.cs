using System.Globalization;
using Faas.Protocol.Contracts;
using Faas.Runtimes;
using Faas.Runtimes.Loopback;

namespace Faas.WorkerHost.Tests;

/// <summary>Guests that tests share.</summary>
internal static class Guests
{
    private static readonly IRuntimeModule s_loopback = new LoopbackBackend().Load(
        new ModuleDescriptor("x_1", ModuleKind.Wasm, "", InvocationLimits.Default, new Dictionary<string, string>()));

    /// <summary>Output is the input.</summary>
    public static InvocationResult Echo(InvocationContext invocation) => s_loopback.Invoke(invocation);

    /// <summary>Reads everything; the message is how much it was, and the sum of the bytes.</summary>
    public static InvocationResult Count(InvocationContext invocation)
    {
        var buffer = new byte[777];
        long bytes = 0;
        long sum = 0;
        int count;
        while ((count = invocation.ReadInput(buffer)) > 0)
        {
            bytes += count;
            sum += buffer.AsSpan(0, count).ToArray().Sum(value => value);
        }

        return new InvocationResult(InvocationStatus.Ok, Message: string.Create(CultureInfo.InvariantCulture, $"{bytes} {sum}"));
    }

    /// <summary>Writes until it is stopped.</summary>
    public static InvocationResult Flood(InvocationContext invocation)
    {
        var bytes = new byte[300];
        while (invocation.WriteOutput(bytes))
        {
        }

        return new InvocationResult(
            invocation.OutputLimitReached ? InvocationStatus.OutputLimit
            : invocation.IsCancelled ? InvocationStatus.Cancelled
            : InvocationStatus.Timeout);
    }

    /// <summary>Blocks its thread outside of anything the worker knows until it is interrupted.</summary>
    public static InvocationResult Block(InvocationContext invocation)
    {
        using var interrupted = new ManualResetEventSlim();
        invocation.OnInterrupt(static state => ((ManualResetEventSlim)state!).Set(), interrupted);
        interrupted.Wait();
        return new InvocationResult(invocation.IsCancelled ? InvocationStatus.Cancelled : InvocationStatus.Timeout);
    }
}
