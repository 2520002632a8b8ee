namespace Faas.Scenarios.Drivers;

/// <summary>All latencies of a run, in whatever form the driver keeps them.</summary>
internal abstract class Latencies
{
    public abstract long Count { get; }

    /// <summary>Microseconds; 0 to 100.</summary>
    public abstract double UsAt(double percentile);

    /// <summary>These and those of another run of the same driver, as new ones.</summary>
    public abstract Latencies Plus(Latencies other);
}
