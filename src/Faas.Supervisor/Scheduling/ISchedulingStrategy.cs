namespace Faas.Supervisor.Scheduling;

/// <summary>
/// A named choice of worker. It chooses and nothing else: reserving is the scheduler's, which calls it under its lock (so an implementation
/// needs no thread safety of its own, must be quick and must not block). One instance serves one <see cref="WorkerSet"/>, so it may keep a
/// cursor or a table between calls. Adding one: a class, a line in <see cref="StrategyCatalog"/>, a line in the tests.
/// </summary>
public interface ISchedulingStrategy
{
    /// <summary>One of <see cref="StrategyNames"/>, upper case.</summary>
    string Name { get; }

    /// <summary>Chooses a worker of <paramref name="workers"/> whose <see cref="WorkerState.IsAvailable"/> is true.</summary>
    /// <param name="workers">At least one of them is available, or the scheduler would not ask.</param>
    /// <param name="request">The invocation. Its backend needs no looking at: all of <paramref name="workers"/> have it.</param>
    /// <returns>
    /// The worker, or null for "none of these now": the request then waits and is asked about again when a slot is returned or a worker
    /// becomes ready. The strategies of this folder return null only when no worker is available.
    /// </returns>
    WorkerState? Pick(WorkerSet workers, in PlacementRequest request);
}
