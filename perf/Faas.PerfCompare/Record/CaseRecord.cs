namespace Faas.PerfCompare.Record;

/// <summary>One case of a scenario, all repetitions. Its id is never given another meaning.</summary>
internal sealed record CaseRecord
{
    /// <summary><c>scenario/case</c>, such as <c>hello/c64</c>.</summary>
    public required string Id { get; init; }

    public required string Scenario { get; init; }

    /// <summary>What was run, for the report: <c>64 connections, closed loop</c>.</summary>
    public required string Description { get; init; }

    /// <summary>The bar of a chart the case belongs to, such as a strategy's name.</summary>
    public string? Series { get; init; }

    /// <summary>Where on the x axis the case stands, when the scenario varies one number.</summary>
    public double? X { get; init; }

    /// <summary>What the baseline of the figures is; null when they have none.</summary>
    public string? BaselineName { get; init; }

    public required IReadOnlyDictionary<string, MetricRecord> Metrics { get; init; }

    /// <summary>Failed requests over all repetitions, by stable code.</summary>
    public IReadOnlyDictionary<string, long> Errors { get; init; } = new Dictionary<string, long>();

    /// <summary>Latency in microseconds at rising percentiles, of all repetitions together.</summary>
    public IReadOnlyList<CurvePoint> Curve { get; init; } = [];

    /// <summary>The same for the baseline of the same run.</summary>
    public IReadOnlyList<CurvePoint> BaselineCurve { get; init; } = [];
}
