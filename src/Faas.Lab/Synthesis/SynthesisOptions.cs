namespace Faas.Lab.Synthesis;

/// <summary>A load to make up.</summary>
internal sealed record SynthesisOptions
{
    public required SyntheticLoad Load { get; init; }

    public int Invocations { get; init; } = 1_000_000;

    public int Workers { get; init; } = 4;

    public int Slots { get; init; } = 16;

    /// <summary>Share of all slots that is busy on average; above 1 the queue grows without end.</summary>
    public double Utilisation { get; init; } = 0.7;

    public int Seed { get; init; } = 1;
}
