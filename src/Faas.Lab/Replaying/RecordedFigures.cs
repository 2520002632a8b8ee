using Faas.Protocol.Contracts;
using Faas.Supervisor.Recording.Traces;

namespace Faas.Lab.Replaying;

/// <summary>The figures of a trace as it really went, to hold the replays against.</summary>
internal static class RecordedFigures
{
    /// <summary>Null for a trace that never ran: a synthetic one has no workers in its invocations.</summary>
    public static ReplayFigures? Of(Trace trace)
    {
        var ran = Array.FindAll(trace.Invocations, invocation => invocation.Worker < trace.Header.Workers.Count);
        if (ran.Length == 0)
        {
            return null;
        }

        var figures = new ReplayFigures(trace.Header.Strategy, trace.Header.Workers.Count) { Refused = trace.Invocations.LongCount(invocation => invocation.WasRefused) };
        var events = new (long At, int Worker, bool IsStart)[ran.Length * 2];
        for (var i = 0; i < ran.Length; i++)
        {
            ref readonly var invocation = ref ran[i];
            figures.Add(invocation.Total, invocation.Queue, invocation.Start == StartKind.Warm);
            events[2 * i] = (invocation.Arrived + invocation.Queue, invocation.Worker, true);
            events[(2 * i) + 1] = (invocation.Arrived + Math.Max(invocation.Total, invocation.Queue), invocation.Worker, false);
        }

        // At one instant starts before ends, so that an invocation of no length cannot end before it starts.
        Array.Sort(events, static (a, b) => a.At != b.At ? a.At.CompareTo(b.At) : b.IsStart.CompareTo(a.IsStart));
        var balance = new InFlightBalance(trace.Header.Workers.Count);
        foreach (var (at, worker, isStart) in events)
        {
            if (isStart)
            {
                balance.Started(at, worker);
            }
            else
            {
                balance.Ended(at, worker);
            }
        }

        figures.Imbalance = balance.MaxOverMean;
        return figures;
    }
}
