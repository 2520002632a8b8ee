namespace Faas.Supervisor.Scheduling;

/// <summary>FIFO: the head of the one queue goes to the lowest-numbered worker with a free slot. Fills workers one after the other.</summary>
public sealed class FifoStrategy : ISchedulingStrategy
{
    /// <inheritdoc/>
    public string Name => StrategyNames.Fifo;

    /// <inheritdoc/>
    public WorkerState? Pick(WorkerSet workers, in PlacementRequest request)
    {
        int position = workers.NextAvailable(0);
        return position < 0 ? null : workers.Workers[position];
    }
}
