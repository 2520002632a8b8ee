namespace Faas.PerfCompare;

/// <summary>How two runs are compared.</summary>
internal sealed record ComparisonOptions
{
    /// <summary>Changes of a median up to this share are never a verdict. Default 10 %: what two runs of one commit differ by on two shared cores.</summary>
    public double Threshold { get; init; } = 0.10;

    /// <summary>The threshold of a case's figure, where they are not all the same; null = <see cref="Threshold"/>.</summary>
    public Func<string, string, double>? ThresholdOf { get; init; }

    /// <summary>A case that is only in the old run is skipped instead of failing: for a run that selected cases.</summary>
    public bool AllowMissing { get; init; }
}
