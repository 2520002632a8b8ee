namespace Faas.Lab.Replaying;

/// <summary>The pool that a trace is replayed on. What is null is as it was recorded.</summary>
internal sealed record ReplayOptions
{
    /// <summary>Invocations at once a worker.</summary>
    public int? Slots { get; init; }

    /// <summary>Invocations that may wait.</summary>
    public int? QueueLength { get; init; }

    /// <summary>Speed of each worker by index; shorter lists repeat. Null: as in the trace.</summary>
    public IReadOnlyList<double>? Speeds { get; init; }

    /// <summary>Weight of each worker by index, for WEIGHTED; shorter lists repeat. Null: as in the trace.</summary>
    public IReadOnlyList<double>? Weights { get; init; }

    /// <summary>
    /// Processors of each worker, which its running invocations share evenly: for functions that compute on workers confined to some
    /// processors. 0: as many as needed, so that an invocation takes as long as it did.
    /// </summary>
    public double Processors { get; init; }

    /// <summary>Functions that a worker keeps loaded, the least recently used goes first; 0: all.</summary>
    public int WarmFunctions { get; init; }

    /// <summary>How much faster invocations arrive: 2 is twice the load.</summary>
    public double Load { get; init; } = 1;

    /// <summary>Of the strategies that draw.</summary>
    public int Seed { get; init; } = 1;
}
