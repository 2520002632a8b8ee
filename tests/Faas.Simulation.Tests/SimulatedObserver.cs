using System.Buffers;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;

namespace Faas.Simulation.Tests;

/// <summary>Counts what the runner tells of each call.</summary>
internal sealed class SimulatedObserver(Schedule schedule) : IInvocationObserver
{
    public void Ended(Invocation invocation)
    {
        CallOf(invocation).Observed++;
        schedule.World.Preempt();
    }

    public void Retried(Invocation invocation)
    {
        CallOf(invocation).Retries++;
        schedule.World.Preempt();
    }

    public void EndedFromStore(FunctionVersion function)
    {
    }

    public void Forget(FunctionVersion function)
    {
    }

    private SimulatedCall CallOf(Invocation invocation) => schedule.CallOf(new ReadOnlySequence<byte>(invocation.Request.Input));
}
