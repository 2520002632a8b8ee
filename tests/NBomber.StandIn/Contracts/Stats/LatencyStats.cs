namespace NBomber.Contracts.Stats;

/// <summary>How long they took, ms.</summary>
public sealed record LatencyStats(double Percent50, double Percent75, double Percent95, double Percent99, double MaxMs);
