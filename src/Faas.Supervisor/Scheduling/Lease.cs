namespace Faas.Supervisor.Scheduling;

/// <summary>
/// The exclusive right to one slot of one worker. Whoever holds it gives it back exactly once with <see cref="Scheduler.Release"/>, however
/// the invocation ended, also when the worker died. It is a value, so the scheduler cannot see a second return by a copy: the holder (the
/// pending invocation, which several events may end) guards the return by compare-exchange. A return too many that would take a count below
/// zero throws.
/// </summary>
public readonly struct Lease
{
    internal Lease(WorkerState worker, ConcurrencyLimit? limit)
    {
        Worker = worker;
        Generation = worker.Generation;
        Limit = limit;
    }

    /// <summary>Where to run.</summary>
    public WorkerState Worker { get; }

    /// <summary>Which process of that position: send nothing to another one under this lease.</summary>
    public int Generation { get; }

    internal ConcurrencyLimit? Limit { get; }
}
