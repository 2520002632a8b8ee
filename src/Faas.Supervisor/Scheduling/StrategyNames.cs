namespace Faas.Supervisor.Scheduling;

/// <summary>The strategies' names as shown and stored; on input case does not matter.</summary>
public static class StrategyNames
{
    /// <summary>The next ready worker with a free slot in turn.</summary>
    public const string RoundRobin = "RR";

    /// <summary>Lowest-numbered worker with a free slot.</summary>
    public const string Fifo = "FIFO";

    /// <summary>Smallest outstanding ÷ weight.</summary>
    public const string Weighted = "WEIGHTED";

    /// <summary>Fewest outstanding.</summary>
    public const string LeastLoaded = "LEAST";

    /// <summary>The less loaded of two at random.</summary>
    public const string PowerOfTwoChoices = "P2C";

    /// <summary>Consistent hashing of the function with bounded loads.</summary>
    public const string BoundedHash = "HASH";
}
