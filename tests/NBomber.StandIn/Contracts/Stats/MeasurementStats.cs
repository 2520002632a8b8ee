namespace NBomber.Contracts.Stats;

/// <summary>The calls that ended well, or those that did not.</summary>
public sealed record MeasurementStats(RequestStats Request, LatencyStats Latency);
