using Faas.Protocol.Contracts;
using Faas.Runtimes.Native.Processes;

namespace Faas.Runtimes.Native.OneShot;

/// <summary>Runs a script in an interpreter that was started for one invocation and serves no other.</summary>
internal static class OneShotRunner
{
    internal static InvocationResult Run(OneShotPool pool, InterpreterLanguage language, InvocationContext invocation)
    {
        var process = pool.TryTake(invocation.Limits.MemoryBytes);
        while (process is not null && !TryGive(process, invocation))
        {
            process.Dispose(); // it ended while it waited: the next one then
            pool.Used();
            process = pool.TryTake(invocation.Limits.MemoryBytes);
        }

        var start = process is null ? StartKind.Cold : StartKind.Warm;
        if (process is null)
        {
            process = pool.Start(invocation.Limits);
            _ = TryGive(process, invocation); // one that has ended already shows its end below
        }

        try
        {
            var errorTail = new ErrorTail();
            var ended = StreamPump.Run(invocation, process.Streams, process.Guest, errorTail);
            if (!ended)
            {
                process.Guest.Kill();
            }

            var exit = process.Guest.Wait();
            if (pool.IsConfined)
            {
                exit = exit.UnwrapLauncher() with { PeakMemoryBytes = 0 }; // the memory was the launcher's
            }

            return GuestOutcome.Judge(language, invocation, ended, exit, errorTail) with { Start = start };
        }
        finally
        {
            process.Dispose();
            pool.Used();
        }
    }

    private static bool TryGive(OneShotProcess process, InvocationContext invocation)
    {
        // First: while it starts it is waited for.
        invocation.OnInterrupt(static state => ((ChildProcess)state!).Kill(), process.Guest);
        return process.TryGive(invocation);
    }
}
