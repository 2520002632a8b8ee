using System.Diagnostics;
using System.Globalization;
using Faas.Protocol.Contracts;
using Faas.Runtimes.Native.Processes;

namespace Faas.Runtimes.Native;

/// <summary>Turns the end of a guest process into a result.</summary>
internal static class GuestOutcome
{
    /// <summary>The result; <paramref name="endedByItself"/> is false when the guest was ended for a limit.</summary>
    internal static InvocationResult Judge(
        InterpreterLanguage language, InvocationContext invocation, bool endedByItself, ProcessExit exit, ErrorTail errorTail)
    {
        var peak = exit.PeakMemoryBytes;
        if (invocation.OutputLimitReached)
        {
            return new InvocationResult(InvocationStatus.OutputLimit, Message: "output limit reached", PeakMemoryBytes: peak);
        }

        // A guest that our signal ended before its own end was seen.
        var killed = !endedByItself || exit.Signal == LibcNativeMethods.SIGKILL;
        if (killed && invocation.IsCancelled)
        {
            return new InvocationResult(InvocationStatus.Cancelled, PeakMemoryBytes: peak);
        }

        if (killed && Stopwatch.GetTimestamp() >= invocation.Deadline)
        {
            return new InvocationResult(InvocationStatus.Timeout, Message: "timeout", PeakMemoryBytes: peak);
        }

        if (exit is { Signal: 0, Code: 0 })
        {
            return InvocationResult.Success with { PeakMemoryBytes = peak };
        }

        if (exit.RanOutOfMemory || language.EndedByMemory(exit, errorTail))
        {
            return new InvocationResult(InvocationStatus.MemoryLimit, Message: "memory limit reached", PeakMemoryBytes: peak);
        }

        return exit.Signal != 0
            ? new InvocationResult(
                InvocationStatus.Trap, Message: "ended by signal " + exit.Signal.ToString(CultureInfo.InvariantCulture), PeakMemoryBytes: peak)
            : new InvocationResult(InvocationStatus.FunctionFailed, exit.Code, PeakMemoryBytes: peak);
    }
}
