using System.Security.Cryptography;

namespace Faas.Runtimes.Wasi;

/// <summary>WASI preview 1, <c>proc_exit</c>, <c>proc_raise</c>, <c>sched_yield</c>, <c>random_get</c>.</summary>
internal static class ProcessFunctions
{
    /// <summary>Random bytes between two looks at the deadline; about 1 ms.</summary>
    private const uint RandomChunkBytes = 512 * 1024;

    /// <summary>Highest number of <c>signal</c> (<c>sys</c>).</summary>
    private const uint LastSignal = 30;

    public static Errno ProcExit(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments) =>
        context.Terminate(WasiTermination.Exit, (int)arguments[0]);

    /// <summary>Signals that POSIX ignores by default do nothing; every other one ends the guest, which cannot handle any.</summary>
    public static Errno ProcRaise(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var signal = (uint)arguments[0];
        return signal switch
        {
            // none, chld, cont, urg, winch
            0 or 16 or 17 or 22 or 27 => Errno.Success,
            <= LastSignal => context.Terminate(WasiTermination.Raised, 128 + (int)signal),
            _ => Errno.Invalid,
        };
    }

    public static Errno SchedYield(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        Thread.Yield();
        return Errno.Success;
    }

    public static Errno RandomGet(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var pointer = (uint)arguments[0];
        var length = (uint)arguments[1];
        if (!memory.Contains(pointer, length))
        {
            return Errno.Fault;
        }

        while (length > 0)
        {
            memory.TryGetSpan(pointer, Math.Min(length, RandomChunkBytes), out var chunk);
            RandomNumberGenerator.Fill(chunk);
            pointer = unchecked(pointer + (uint)chunk.Length);
            length -= (uint)chunk.Length;
            if (length > 0 && context.IsInterrupted)
            {
                return context.TerminateInterrupted();
            }
        }

        return Errno.Success;
    }
}
