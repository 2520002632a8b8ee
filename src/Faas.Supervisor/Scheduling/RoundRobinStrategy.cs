namespace Faas.Supervisor.Scheduling;

/// <summary>RR: the next ready worker with a free slot in turn. Those that cannot take it lose their turn.</summary>
public sealed class RoundRobinStrategy : ISchedulingStrategy
{
    private int _next;

    /// <inheritdoc/>
    public string Name => StrategyNames.RoundRobin;

    /// <inheritdoc/>
    public WorkerState? Pick(WorkerSet workers, in PlacementRequest request)
    {
        int position = workers.NextAvailable(_next < workers.Count ? _next : 0);
        if (position < 0)
        {
            return null;
        }

        _next = position + 1;
        return workers.Workers[position];
    }
}
