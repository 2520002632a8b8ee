namespace Faas.Supervisor.Scheduling;

/// <summary>A set of workers, the strategy that chooses among them, and those who wait for one of them.</summary>
internal sealed class PlacementGroup(string? backend, ISchedulingStrategy strategy)
{
    /// <summary>The engine all members have; null for the group of all workers.</summary>
    public string? Backend { get; } = backend;

    public WorkerSet Set { get; } = new();

    public ISchedulingStrategy Strategy { get; set; } = strategy;

    public WaiterLine Line { get; } = new();
}
