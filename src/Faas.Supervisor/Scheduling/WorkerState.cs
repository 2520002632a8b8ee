namespace Faas.Supervisor.Scheduling;

/// <summary>
/// One position of the worker pool. It survives the processes that fill it: a replacement takes over index and weight. Written only by
/// <see cref="Scheduler"/> under its lock; anybody may read it for display and gets a value that was true a moment ago.
/// </summary>
public sealed class WorkerState
{
    internal WorkerState(int index, string backend, int slots, double weight)
    {
        Index = index;
        Backend = backend;
        Slots = slots;
        Weight = weight;
    }

    /// <summary>Number of the position, from 0; never changes.</summary>
    public int Index { get; }

    /// <summary>Engine of the process that fills the position, or of the one that is expected.</summary>
    public string Backend { get; internal set; }

    /// <summary>Invocations the process runs at once.</summary>
    public int Slots { get; internal set; }

    /// <summary>Share for WEIGHTED; above 0.</summary>
    public double Weight { get; }

    /// <summary>False while starting, draining, silent or gone: nothing is placed here.</summary>
    public bool IsReady { get; internal set; }

    /// <summary>Leases on the present process; 0 to <see cref="Slots"/>.</summary>
    public int Outstanding { get; internal set; }

    /// <summary>Leases ever given here, over all processes: the worker's share.</summary>
    public long Placed { get; internal set; }

    /// <summary>Grows with each process, so that a lease on a dead one cannot free a slot of its successor.</summary>
    public int Generation { get; internal set; }

    /// <summary>True when the worker may be picked: ready, with a free slot.</summary>
    public bool IsAvailable => IsReady && Outstanding < Slots;

    // The members of this position's backend, and its place among them.
    internal PlacementGroup BackendGroup { get; set; } = null!;

    internal int BackendPosition { get; set; }
}
