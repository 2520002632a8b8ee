namespace NBomber.Contracts;

/// <summary>A scenario as it is built up.</summary>
public sealed record ScenarioProps(string ScenarioName, Func<IScenarioContext, Task<IResponse>> Run)
{
    public IReadOnlyList<LoadSimulation> LoadSimulations { get; init; } = [];

    /// <summary>The real one's default: more failures than this end the test.</summary>
    public int MaxFailCount { get; init; } = 5000;

    /// <summary>The real one's default.</summary>
    public TimeSpan? WarmUpDuration { get; init; } = TimeSpan.FromSeconds(30);
}
