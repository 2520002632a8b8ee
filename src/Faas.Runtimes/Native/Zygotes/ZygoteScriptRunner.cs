using Faas.Protocol.Contracts;
using Faas.Runtimes.Native.Processes;
using Faas.Runtimes.Native.Sandbox;

namespace Faas.Runtimes.Native.Zygotes;

/// <summary>Runs a script in a child forked for this invocation.</summary>
internal static class ZygoteScriptRunner
{
    /// <returns>Null when there is no zygote on this machine.</returns>
    internal static InvocationResult? TryRun(ZygotePool zygotes, InterpreterLanguage language, FunctionSource source, NetworkAccess network, InvocationContext invocation)
    {
        using var streams = new StandardStreams();
        ZygoteChild? job = null;
        Zygote? zygote = null;
        var start = StartKind.Warm;
        for (var attempt = 0; attempt < 2 && job is null; attempt++) // the second time for a zygote that has just ended
        {
            zygote = zygotes.Get(network, out var started);
            if (zygote is null)
            {
                return null;
            }

            start = started ? StartKind.Cold : start;
            job = zygote.Run(source, invocation, streams);
        }

        if (job is null)
        {
            return new InvocationResult(InvocationStatus.InternalError, Message: "the interpreter ended");
        }

        streams.CloseGuestEnds();
        invocation.OnInterrupt(static state => ((ZygoteChild)state!).Kill(), job);
        var errorTail = new ErrorTail();
        var ended = StreamPump.Run(invocation, streams, job, errorTail);
        if (!ended)
        {
            job.Kill();
        }

        var exit = job.Wait();
        var result = GuestOutcome.Judge(language, invocation, ended, exit, errorTail) with { Start = start };
        if (job.IsLost && result.Status == InvocationStatus.Trap)
        {
            result = new InvocationResult(InvocationStatus.InternalError, Message: "the interpreter ended", Start: start);
        }

        if (job.OwnsFolder)
        {
            job.Dispose(); // no folder of a call outlives it
        }

        // Taking the child apart and forking the next one is nothing that the caller need wait for.
        ThreadPool.UnsafeQueueUserWorkItem(
            static used =>
            {
                used.Child.Dispose();
                used.Zygote.Refill();
            },
            (Child: job, Zygote: zygote!),
            preferLocal: false);
        return result;
    }
}
