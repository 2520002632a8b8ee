using HdrHistogram;

namespace Faas.LoadTests.Drivers;

/// <summary>What one run of a driver measured. Latencies are microseconds, of successful requests.</summary>
internal sealed record Measurement
{
    public required double RequestsPerSecond { get; init; }

    public required long Succeeded { get; init; }

    public required long Failed { get; init; }

    /// <summary>NaN when the driver does not tell.</summary>
    public double P10Us { get; init; } = double.NaN;

    public required double P50Us { get; init; }

    public required double P90Us { get; init; }

    public required double P99Us { get; init; }

    public required double P999Us { get; init; }

    /// <summary>99th percentile of answered failures; NaN when there was none.</summary>
    public double RefusalP99Us { get; init; } = double.NaN;

    public IReadOnlyDictionary<string, long> Errors { get; init; } = new Dictionary<string, long>();

    /// <summary>All latencies in nanoseconds, when the driver keeps them.</summary>
    public LongHistogram? Histogram { get; init; }
}
