namespace NBomber.Contracts.Stats;

/// <summary>What a test measured.</summary>
public sealed record NodeStats(IReadOnlyList<ScenarioStats> ScenarioStats)
{
    public ScenarioStats GetScenarioStats(string scenarioName) => ScenarioStats.Single(stats => stats.ScenarioName == scenarioName);
}
