namespace Faas.Scenarios.Drivers;

/// <summary>What one run of a driver measured. Latencies are microseconds, of successful requests; NaN = the driver does not tell.</summary>
internal sealed record Measurement
{
    public required double RequestsPerSecond { get; init; }

    public required long Succeeded { get; init; }

    public required long Failed { get; init; }

    public double P10Us { get; init; } = double.NaN;

    public required double P50Us { get; init; }

    public double P90Us { get; init; } = double.NaN;

    public required double P99Us { get; init; }

    public double P999Us { get; init; } = double.NaN;

    /// <summary>99th percentile of answered failures; NaN when there was none.</summary>
    public double RefusalP99Us { get; init; } = double.NaN;

    /// <summary>Failed requests by stable code.</summary>
    public IReadOnlyDictionary<string, long> Errors { get; init; } = new Dictionary<string, long>();

    /// <summary>Null when the driver does not keep them.</summary>
    public Latencies? Latencies { get; init; }
}
