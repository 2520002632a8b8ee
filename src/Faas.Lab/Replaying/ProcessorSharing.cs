using Faas.Supervisor.Recording.Traces;

namespace Faas.Lab.Replaying;

/// <summary>
/// What invocations would have taken had each had its worker to itself. On processors that a worker's invocations shared, a recorded time
/// holds the neighbours' share as well; run through the same sharing backwards, it gives it up again.
/// </summary>
internal static class ProcessorSharing
{
    /// <summary>Overwrites the work of the invocations that ran, in ns.</summary>
    public static void Remove(Trace trace, double processors, Span<double> work)
    {
        var events = new List<(long At, int Worker, int Invocation, bool IsStart)>(trace.Invocations.Length * 2);
        for (var i = 0; i < trace.Invocations.Length; i++)
        {
            ref readonly var invocation = ref trace.Invocations[i];
            if (invocation.Worker < trace.Header.Workers.Count && invocation.Held > 0)
            {
                events.Add((invocation.Arrived + invocation.Queue, invocation.Worker, i, true));
                events.Add((invocation.Arrived + invocation.Total, invocation.Worker, i, false));
            }
        }

        events.Sort(static (a, b) => a.At.CompareTo(b.At));
        var clocks = new (double Done, long At, int Running)[trace.Header.Workers.Count];
        var begun = new double[trace.Invocations.Length];
        foreach (var (at, worker, invocation, isStart) in events)
        {
            ref var clock = ref clocks[worker];
            clock.Done += (at - clock.At) * (clock.Running <= processors ? 1 : processors / clock.Running);
            clock.At = at;
            clock.Running += isStart ? 1 : -1;
            if (isStart)
            {
                begun[invocation] = clock.Done;
            }
            else
            {
                // In proportion: what of the time was loading stays out.
                work[invocation] *= (clock.Done - begun[invocation]) / trace.Invocations[invocation].Held;
            }
        }
    }
}
