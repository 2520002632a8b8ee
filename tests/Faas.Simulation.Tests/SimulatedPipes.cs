using System.IO.Pipelines;

namespace Faas.Simulation.Tests;

/// <summary>What a pipe wakes up becomes a step of the world.</summary>
internal sealed class SimulatedPipes(SimulatedWorld world, Actor actor, string what) : PipeScheduler
{
    public override void Schedule(Action<object?> action, object? state) => world.Enqueue(actor, what, action, state);
}
