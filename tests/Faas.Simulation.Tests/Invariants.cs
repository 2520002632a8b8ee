using Faas.Supervisor.Invocations;
using Faas.Supervisor.Loops;
using Faas.Supervisor.Scheduling;
using Faas.Supervisor.Workers;

namespace Faas.Simulation.Tests;

/// <summary>What must hold after every step, when nothing can happen before time goes on, and at the end. Calls and workers check the rest where it happens.</summary>
internal sealed class Invariants(SimulatedWorld world, Scheduler scheduler, InvocationRunner runner, WorkerPool pool, LoopSupervisor loops)
{
    private int _quiet;

    /// <param name="places">Calls that have a place by the clients' own count.</param>
    public void AfterStep(int places)
    {
        if (runner.Places.Taken != places)
        {
            world.Fail($"{runner.Places.Taken} places are taken, and {places} calls have one");
        }

        var underWay = 0;
        foreach (var worker in pool.Workers)
        {
            if (worker.Session is { } session)
            {
                underWay += session.UnderWay;
            }
        }

        if (scheduler.Outstanding < underWay)
        {
            world.Fail($"{scheduler.Outstanding} leases are out, and {underWay} calls are with workers");
        }

        foreach (var worker in scheduler.Workers)
        {
            if (worker.Outstanding < 0 || worker.Outstanding > worker.Slots)
            {
                world.Fail($"worker {worker.Index} has {worker.Outstanding} leases on {worker.Slots} slots");
            }
        }

        CheckNobodyWaitsInVain();
    }

    public void WhenQuiet()
    {
        var underWay = 0;
        foreach (var worker in pool.Workers)
        {
            var (state, session) = (scheduler.Workers[worker.Index], worker.Session);
            var here = session?.UnderWay ?? 0;
            underWay += here;
            if (state.Outstanding != here)
            {
                world.Fail($"worker {worker.Index} has {state.Outstanding} leases, and {here} calls are with it");
            }

            var isServed = session is not null && !Internals.IsOver(session);
            if (isServed != (worker.Phase is WorkerPhase.Ready or WorkerPhase.Silent) || (isServed && state.IsReady) != (worker.Phase == WorkerPhase.Ready))
            {
                world.Fail($"worker {worker.Index} {(isServed ? "has" : "has no")} session, calls itself {worker.Phase}, and the scheduler takes it for {(state.IsReady ? "ready" : "not ready")}");
            }
        }

        if (scheduler.Outstanding != underWay)
        {
            world.Fail($"{scheduler.Outstanding} leases are out, and {underWay} calls are with workers, while nothing is about to change that");
        }

        if (_quiet++ % 16 == 0)
        {
            CheckLoops();
        }
    }

    public void AtTheEnd()
    {
        CheckLoops();
        WhenQuiet();
        if (scheduler.Outstanding != 0 || scheduler.QueueLength != 0 || runner.Places.Taken != 0 || runner.Living != 0)
        {
            world.Fail($"every call is over, and {scheduler.Outstanding} leases, {scheduler.QueueLength} waiters, {runner.Places.Taken} places and {runner.Living} objects are left");
        }

        if (Internals.LimitsOfFunctions(runner).Sum(limit => limit.Entered) is var entered and not 0)
        {
            world.Fail($"every call is over, and {entered} still count against the limit of their function");
        }
    }

    private void CheckLoops()
    {
        var states = loops.States;
        if (states.Count != pool.Workers.Count + 2)
        {
            world.Fail($"these loops are left: {string.Join(", ", states.Select(state => state.Name))}");
        }
    }

    private void CheckNobodyWaitsInVain()
    {
        if (scheduler.QueueLength == 0)
        {
            return;
        }

        Check(Internals.AnyGroup(scheduler));
        foreach (var group in Internals.Groups(scheduler))
        {
            Check(group);
        }

        foreach (var limit in Internals.Limits(scheduler))
        {
            if (limit.Line.Head is not null && !limit.IsFull)
            {
                world.Fail("somebody waits behind the limit of a function that is not reached");
            }
        }

        void Check(PlacementGroup group)
        {
            if (group.Line.Head is not null && group.Set.AvailableCount != 0)
            {
                world.Fail($"somebody waits for {group.Backend ?? "any worker"} beside a free slot");
            }
        }
    }
}
