namespace Faas.PerfCompare.Record;

/// <summary>One figure of a case over its repetitions, and of its baseline in the same repetitions.</summary>
internal sealed record MetricRecord
{
    public const string RequestsPerSecond = "requestsPerSecond";
    /// <summary>What a call takes when the kernel does nothing unlucky: moves far less than the median where a call is four wake-ups.</summary>
    public const string P10 = "p10Us";
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

    /// <summary>From the kill of a worker to an answer of its replacement.</summary>
    public const string Replaced = "replacedMs";

    /// <summary>Requests that one crash fails.</summary>
    public const string FailedPerCrash = "failedPerCrash";

    /// <summary>From the instant at which a call reached its limit to its answer.</summary>
    public const string LimitToAnswer = "limitToAnswerMs";

    /// <summary>From that instant until none of its processes is left.</summary>
    public const string LimitToGone = "limitToGoneMs";

    /// <summary>The slowest of several kinds or calls.</summary>
    public const string LimitToGoneWorst = "limitToGoneWorstMs";

    /// <summary>From request to answer of an invocation that has to load its function first.</summary>
    public const string ColdStart = "coldMs";
    public const string DeploysPerSecond = "deploysPerSecond";
    public const string DeployP99 = "deployP99Ms";

    /// <summary>What a worker itself says an invocation took, from a fresh instance to its output.</summary>
    public const string WorkerRun = "workerRunUs";

    /// <summary>Requests/s with 64 connections ÷ those of a bare Kestrel.</summary>
    public const string ThroughputRatio = "throughputRatio";

    /// <summary>Median with one connection ÷ (bare Kestrel's + a bare Unix-socket round trip).</summary>
    public const string LatencyRatio = "latencyRatio";

    public required Better Better { get; init; }

    /// <summary>Whether the gate judges it; tails of short runs are shown and not judged.</summary>
    public bool Gated { get; init; }

    public required IReadOnlyList<double> Samples { get; init; }

    /// <summary>Empty when the case has no baseline.</summary>
    public IReadOnlyList<double> Baseline { get; init; } = [];

    public static MetricRecord Of(Better better, IEnumerable<double> samples) => new() { Better = better, Samples = [.. samples] };
}
