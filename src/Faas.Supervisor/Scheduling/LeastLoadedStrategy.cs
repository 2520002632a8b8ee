namespace Faas.Supervisor.Scheduling;

/// <summary>LEAST: fewest outstanding, ties at random. Walks all workers twice: count the ties, then take one.</summary>
public sealed class LeastLoadedStrategy(Random random) : ISchedulingStrategy
{
    /// <inheritdoc/>
    public string Name => StrategyNames.LeastLoaded;

    /// <inheritdoc/>
    public WorkerState? Pick(WorkerSet workers, in PlacementRequest request)
    {
        int least = int.MaxValue;
        int ties = 0;
        foreach (WorkerState worker in workers.Workers)
        {
            if (worker.IsAvailable && worker.Outstanding <= least)
            {
                ties = worker.Outstanding < least ? 1 : ties + 1;
                least = worker.Outstanding;
            }
        }

        int rank = ties > 1 ? random.Next(ties) : 0;
        foreach (WorkerState worker in workers.Workers)
        {
            if (worker.IsAvailable && worker.Outstanding == least && rank-- == 0)
            {
                return worker;
            }
        }

        return null;
    }
}
