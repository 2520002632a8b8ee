using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;
using Faas.Supervisor.Scheduling;
using Faas.Supervisor.Workers;

namespace Faas.Simulation.Tests;

/// <summary>The pool, between the scheduler's choice and the sending: here other threads may run, and placements are counted.</summary>
internal sealed class SimulatedTargets(SimulatedWorld world, Scheduler scheduler, WorkerPool pool, int mostInOneStep) : IInvocationTargets
{
    private long _step;
    private int _placements;

    public IInvocationTarget? Of(in Lease lease)
    {
        world.Preempt();
        if (_step != world.Step)
        {
            (_step, _placements) = (world.Step, 0);
        }

        if (++_placements > mostInOneStep)
        {
            world.Fail($"{_placements} placements in one step: something turns");
        }

        if (world.Failure is { } failure)
        {
            throw new SimulationFailureException(failure);
        }

        var session = pool.Of(lease);
        if (session is WorkerSession { } real && Internals.IsOver(real) && scheduler.Workers[lease.Worker.Index] is { IsReady: true } state && state.Generation == lease.Generation)
        {
            world.Fail($"worker {lease.Worker.Index} has lost its session, and calls are still placed there");
        }

        world.Preempt();
        return session;
    }

    public void Forget(FunctionVersion function) => pool.Forget(function);
}
