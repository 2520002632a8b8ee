using Faas.Protocol.Contracts;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;

namespace Faas.Supervisor.Recording;

/// <summary>What the hot path leaves about one invocation: no payload, nothing computed.</summary>
internal readonly record struct TraceEntry(
    FunctionVersion Function, long Arrived, long Leased, long Ended, long LoadNanoseconds, long RunNanoseconds, ushort Worker, byte Status, StartKind Start)
{
    /// <summary>Of an invocation that has ended.</summary>
    public static TraceEntry Of(Invocation invocation, ushort worker, byte status)
    {
        ref readonly var timings = ref invocation.Timings;
        return new TraceEntry(
            invocation.Request.Function, timings.Arrived, timings.Leased, timings.Ended, timings.LoadNanoseconds, timings.RunNanoseconds, worker, status, invocation.Start);
    }
}
