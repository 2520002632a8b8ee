namespace NBomber.Contracts.Stats;

/// <summary>How many there were.</summary>
public sealed record RequestStats(int Count, double RPS);
