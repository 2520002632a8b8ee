using Faas.Protocol.Contracts;

namespace Faas.Supervisor.Invocations;

/// <summary>The words for ends.</summary>
internal static class InvocationEnds
{
    /// <summary>How many there are; their numbers are below it.</summary>
    public const int Count = (int)InvocationEnd.StorageFailed + 1;

    private const string OkWord = "ok";

    /// <summary>The stable code of a failure; <c>ok</c> for the end that is none.</summary>
    public static string CodeOf(InvocationEnd end) => end switch
    {
        InvocationEnd.Ok => OkWord,
        InvocationEnd.FunctionFailed => ErrorCodes.FunctionFailed,
        InvocationEnd.Trap => ErrorCodes.Trap,
        InvocationEnd.Timeout => ErrorCodes.Timeout,
        InvocationEnd.MemoryLimit => ErrorCodes.MemoryLimit,
        InvocationEnd.OutputLimit => ErrorCodes.OutputLimit,
        InvocationEnd.Cancelled => ErrorCodes.Cancelled,
        InvocationEnd.InvalidModule => ErrorCodes.InvalidWasm,
        InvocationEnd.RuntimeMissing => ErrorCodes.RuntimeMissing,
        InvocationEnd.WorkerCrashed => ErrorCodes.WorkerCrashed,
        InvocationEnd.ShuttingDown => ErrorCodes.ShuttingDown,
        InvocationEnd.InternalError => ErrorCodes.InternalError,
        InvocationEnd.QueueFull => ErrorCodes.QueueFull,
        InvocationEnd.NoWorker => ErrorCodes.NoWorker,
        InvocationEnd.TooLarge => ErrorCodes.PayloadTooLarge,
        InvocationEnd.StorageFailed => ErrorCodes.StorageFailed,
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, "no such end"),
    };

    /// <summary>As a Completed frame says it: what no worker says is <see cref="InvocationStatus.Refused"/> there.</summary>
    public static InvocationStatus StatusOf(InvocationEnd end) =>
        end <= InvocationEnd.InternalError ? (InvocationStatus)end : InvocationStatus.Refused;

    /// <summary>What happened and what to do: each message names the limit that fired and the knob that moves it.</summary>
    /// <param name="invocation">Over, and not well.</param>
    public static string Describe(Invocation invocation)
    {
        var function = invocation.Request.Function;
        var limits = function.Limits;
        return invocation.End switch
        {
            InvocationEnd.FunctionFailed => $"{function.Id} ended with exit code {invocation.ExitCode}{Because(invocation)}",
            InvocationEnd.Trap => $"{function.Id} trapped{Because(invocation)}",
            InvocationEnd.Timeout when !invocation.WasSent => invocation.Message!,
            InvocationEnd.Timeout =>
                $"{function.Id} ran longer than its timeout of {limits.Timeout.TotalMilliseconds:0} ms: deploy it with a larger timeout=ms, or start with --timeout",
            InvocationEnd.MemoryLimit =>
                $"{function.Id} asked for more than its {limits.MemoryBytes >> 20} MiB of memory: deploy it with a larger memory=MiB, or start with --memory",
            InvocationEnd.OutputLimit =>
                $"{function.Id} wrote more than its {limits.OutputBytes} bytes of output: start with a larger --max-output",
            InvocationEnd.WorkerCrashed =>
                $"the worker that ran {function.Id} ended{Because(invocation)}: it may have run in part; a function deployed with idempotent=true is retried",
            InvocationEnd.ShuttingDown => "the server is ending",
            InvocationEnd.Cancelled => "the caller went away",
            InvocationEnd.QueueFull =>
                invocation.Message ?? "every slot is taken and as many wait as may: retry later, or start with more --workers, --slots or --queue",
            InvocationEnd.NoWorker => $"no worker can run {function.Id}: its backend is {function.Backend ?? "any"}",
            _ => invocation.Message ?? $"{function.Id} could not be run",
        };
    }

    private static string Because(Invocation invocation) => invocation.Message is { } message ? $": {message}" : "";
}
