namespace Faas.LoadTests.Chaos;

/// <summary>A run of chaos.</summary>
internal sealed record ChaosOptions
{
    public required int Seed { get; init; }

    public required IReadOnlyList<ChaosCombination> Combinations { get; init; }

    /// <summary>Of the faults on each server; what comes before and after them is not in it.</summary>
    public required TimeSpan FaultTime { get; init; }

    /// <summary>Of the functions; longer than any fault where only exact verdicts are wanted of a slow machine.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long after its deadline an answer may come.</summary>
    public required TimeSpan Grace { get; init; }

    /// <summary>How long after a fault is over a fresh call may take.</summary>
    public required TimeSpan Recovery { get; init; }

    /// <summary>Folder of the report.</summary>
    public required string Output { get; init; }

    /// <summary>Faults to draw from, by name; empty = all.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <summary>Kinds of call to make, by name; empty = all.</summary>
    public IReadOnlyList<string> Calls { get; init; } = [];

    /// <summary>The server that is tried; null = the one under test.</summary>
    public string? BinFolder { get; init; }
}
