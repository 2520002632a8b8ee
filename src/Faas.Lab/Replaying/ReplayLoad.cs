using Faas.Protocol.Contracts;
using Faas.Supervisor.Recording.Traces;

namespace Faas.Lab.Replaying;

/// <summary>A trace as work to be done: what each invocation takes on a worker that has its function loaded, and what loading takes.</summary>
internal sealed class ReplayLoad
{
    private ReplayLoad(long[] arrivals, double[] work, double[] loading, Trace trace)
    {
        Arrivals = arrivals;
        Work = work;
        Loading = loading;
        Trace = trace;
    }

    public Trace Trace { get; }

    /// <summary>Instants, ns.</summary>
    public long[] Arrivals { get; }

    /// <summary>How long each holds its slot without loading, ns.</summary>
    public double[] Work { get; }

    /// <summary>Mean time that making ready takes, by function - 1, ns; for one that was never loaded while the trace ran, the mean of the others.</summary>
    public double[] Loading { get; }

    public static ReplayLoad Of(Trace trace, ReplayOptions options)
    {
        var functions = trace.Functions.Count;
        var (loadSum, loads) = (new double[functions], new int[functions]);
        var (heldSum, held) = (new double[functions], new int[functions]);
        foreach (ref readonly var invocation in trace.Invocations.AsSpan())
        {
            var function = (int)invocation.Function - 1;
            if (invocation.WasRefused)
            {
                continue;
            }

            heldSum[function] += WithoutLoading(invocation);
            held[function]++;
            if (invocation.Start != StartKind.Warm)
            {
                loadSum[function] += invocation.Load;
                loads[function]++;
            }
        }

        var meanLoad = loads.Sum() is var count and > 0 ? loadSum.Sum() / count : 0;
        var loading = new double[functions];
        for (var i = 0; i < functions; i++)
        {
            loading[i] = loads[i] > 0 ? loadSum[i] / loads[i] : meanLoad;
        }

        var arrivals = new long[trace.Invocations.Length];
        var work = new double[arrivals.Length];
        for (var i = 0; i < arrivals.Length; i++)
        {
            ref readonly var invocation = ref trace.Invocations[i];
            var function = (int)invocation.Function - 1;
            arrivals[i] = (long)(invocation.Arrived / options.Load);

            // What was refused never ran: it is taken to need what its function usually does.
            work[i] = !invocation.WasRefused ? WithoutLoading(invocation) : held[function] > 0 ? heldSum[function] / held[function] : 0;
        }

        if (options.Processors > 0)
        {
            ProcessorSharing.Remove(trace, options.Processors, work);
        }

        return new ReplayLoad(arrivals, work, loading, trace);
    }

    private static double WithoutLoading(in TraceInvocation invocation) =>
        Math.Max(invocation.Held - (invocation.Start == StartKind.Warm ? 0 : invocation.Load), 1);
}
