using Faas.Protocol.Contracts;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Workers;

namespace Faas.Supervisor.Recording;

/// <summary>What the hot path leaves about one invocation: no payload, nothing computed.</summary>
internal readonly record struct TraceEntry(
    FunctionVersion Function, long Arrived, long Leased, long Ended, long LoadNanoseconds, long RunNanoseconds, ushort Worker, byte Status, StartKind Start)
{
    /// <summary>Of an invocation that has ended.</summary>
    public static TraceEntry Of(PendingInvocation pending, ushort worker, byte status)
    {
        ref readonly var timings = ref pending.Timings;
        return new TraceEntry(
            pending.Request.Function, timings.Arrived, timings.Leased, timings.Ended, timings.LoadNanoseconds, timings.RunNanoseconds, worker, status, pending.Start);
    }
}
