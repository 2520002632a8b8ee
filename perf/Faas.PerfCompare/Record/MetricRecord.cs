namespace Faas.PerfCompare.Record;

/// <summary>One figure of a case over its repetitions, and of its baseline in the same repetitions.</summary>
internal sealed record MetricRecord
{
    public const string RequestsPerSecond = "requestsPerSecond";
    public const string P50 = "p50Us";
    public const string P90 = "p90Us";
    public const string P99 = "p99Us";
    public const string P999 = "p999Us";

    /// <summary>Processor microseconds of the whole server for one request: moves less with the machine's mood than any latency.</summary>
    public const string CpuPerRequest = "cpuUsPerRequest";

    /// <summary>How long a refusal takes.</summary>
    public const string RefusalP99 = "refusalP99Us";
    public const string StartToReady = "startToReadyMs";
    public const string IdleMemory = "idlePssMib";

    public required Better Better { get; init; }

    /// <summary>Whether the gate judges it; tails of short runs are shown and not judged.</summary>
    public bool Gated { get; init; }

    public required IReadOnlyList<double> Samples { get; init; }

    /// <summary>Empty when the case has no baseline.</summary>
    public IReadOnlyList<double> Baseline { get; init; } = [];
}
