using Faas.LoadTests.Scenarios;

namespace Faas.LoadTests.Running;

/// <summary>How much is measured.</summary>
internal sealed record RunOptions
{
    public required Scale Scale { get; init; }

    /// <summary>Names of scenarios or beginnings of case ids; empty = all of the scale.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Repetitions of a case with a baseline: five a side is the least that a test at 1 % can decide on.</summary>
    public int Repetitions { get; init; } = 5;

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(1.5);

    public TimeSpan Warmup { get; init; } = TimeSpan.FromSeconds(0.5);

    public static RunOptions For(Scale scale) => scale == Scale.Quick
        ? new RunOptions { Scale = scale }
        : new RunOptions { Scale = scale, Duration = TimeSpan.FromSeconds(4), Warmup = TimeSpan.FromSeconds(1) };

    public bool Selects(string scenario, string caseId)
        => Only.Count == 0 || Only.Any(only => scenario.Equals(only, StringComparison.OrdinalIgnoreCase) || caseId.StartsWith(only, StringComparison.OrdinalIgnoreCase));

    public bool SelectsScenario(IScenario scenario)
        => Only.Count == 0
            ? Scale == Scale.Full || scenario.InQuick
            : Only.Any(only => only.Split('/')[0].Equals(scenario.Name, StringComparison.OrdinalIgnoreCase));
}
