namespace Faas.Supervisor.Scheduling;

/// <summary>
/// P2C: the less loaded of two different available workers drawn at random, the first drawn on a tie. Nearly as even as LEAST at a cost that
/// does not grow with the pool (M. Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", IEEE TPDS 12(10), 2001).
/// </summary>
public sealed class PowerOfTwoChoicesStrategy(Random random) : ISchedulingStrategy
{
    /// <inheritdoc/>
    public string Name => StrategyNames.PowerOfTwoChoices;

    /// <inheritdoc/>
    public WorkerState? Pick(WorkerSet workers, in PlacementRequest request)
    {
        int available = workers.AvailableCount;
        if (available == 0)
        {
            return null;
        }

        if (available == 1)
        {
            return workers.Workers[workers.AvailableAt(0)];
        }

        // Two different ranks, each pair equally likely: the second is drawn from the others and steps over the first.
        int firstRank = random.Next(available);
        int secondRank = random.Next(available - 1);
        if (secondRank >= firstRank)
        {
            secondRank++;
        }

        WorkerState first = workers.Workers[workers.AvailableAt(firstRank)];
        WorkerState second = workers.Workers[workers.AvailableAt(secondRank)];
        return second.Outstanding < first.Outstanding ? second : first;
    }
}
