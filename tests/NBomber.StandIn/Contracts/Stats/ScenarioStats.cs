namespace NBomber.Contracts.Stats;

/// <summary>What a scenario measured.</summary>
public sealed record ScenarioStats(string ScenarioName, MeasurementStats Ok, MeasurementStats Fail);
