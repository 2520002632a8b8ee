using Faas.PerfCompare.Record;
using Faas.Scenarios.Drivers;

namespace Faas.Scenarios.Running;

/// <summary>Gathers the repetitions of one case and turns them into its record.</summary>
internal sealed class CaseMeasurements(string scenario, LoadCase load, string description)
{
    private static readonly double[] s_curve =
    [
        0, 1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92.5, 95, 97, 98, 99, 99.5, 99.7, 99.9, 99.95, 99.99, 100,
    ];

    private readonly List<Measurement> _runs = [];
    private readonly List<Measurement> _baselines = [];
    private readonly List<double> _cpu = [];
    private readonly List<double> _baselineCpu = [];

    public IReadOnlyList<Measurement> Runs => _runs;

    /// <param name="cpuSeconds">Processor time of the whole server during the run.</param>
    public void Add(Measurement run, double cpuSeconds)
    {
        _runs.Add(run);
        _cpu.Add(MicrosecondsEach(run, cpuSeconds));
    }

    public void AddBaseline(Measurement run, double cpuSeconds)
    {
        _baselines.Add(run);
        _baselineCpu.Add(MicrosecondsEach(run, cpuSeconds));
    }

    public CaseRecord ToRecord()
    {
        var closed = load.Shape is { Rate: null, Peak: null };
        var metrics = new Dictionary<string, MetricRecord>
        {
            [MetricRecord.RequestsPerSecond] = Metric(Better.Higher, closed || load.ExpectsRefusals, run => run.RequestsPerSecond),
            [MetricRecord.P10] = Metric(Better.Lower, gated: false, run => run.P10Us),
            [MetricRecord.P50] = Metric(Better.Lower, closed, run => run.P50Us),
            [MetricRecord.P90] = Metric(Better.Lower, gated: false, run => run.P90Us),
            [MetricRecord.P99] = Metric(Better.Lower, gated: false, run => run.P99Us),
            [MetricRecord.P999] = Metric(Better.Lower, gated: false, run => run.P999Us),
            [MetricRecord.CpuPerRequest] = new()
            {
                Better = Better.Lower,
                Gated = closed,
                Samples = [.. _cpu],
                Baseline = [.. _baselineCpu],
            },
        };
        if (load.ExpectsRefusals)
        {
            metrics[MetricRecord.RefusalP99] = new() { Better = Better.Lower, Samples = [.. _runs.Select(run => run.RefusalP99Us)] };
        }

        return new CaseRecord
        {
            Id = $"{scenario}/{load.Name}",
            Scenario = scenario,
            Description = description,
            Series = load.Series,
            X = load.X,
            BaselineName = load.Baseline switch
            {
                BaselineKind.None => null,
                BaselineKind.Kestrel => "bare Kestrel",
                BaselineKind.Node => "bare node http",
                BaselineKind.Language => "a bare server of the language",
                BaselineKind.Spawn => "an interpreter started for each call",
                BaselineKind.Alone => "one function deployed",
                var other => other.ToString().ToLowerInvariant(),
            },
            Metrics = metrics,
            Errors = Errors(),
            Curve = Curve(_runs),
            BaselineCurve = Curve(_baselines),
        };
    }

    private static double MicrosecondsEach(Measurement run, double cpuSeconds)
        => cpuSeconds * 1e6 / Math.Max(1, run.Succeeded + run.Failed);

    private static CurvePoint[] Curve(List<Measurement> runs)
    {
        var all = runs.Select(run => run.Latencies).OfType<Latencies>().Aggregate((Latencies?)null, (sum, next) => sum?.Plus(next) ?? next);
        return all is null || all.Count == 0 ? [] : [.. s_curve.Select(percentile => new CurvePoint(percentile, all.UsAt(percentile)))];
    }

    private MetricRecord Metric(Better better, bool gated, Func<Measurement, double> figure) => new()
    {
        Better = better,
        Gated = gated,
        Samples = [.. _runs.Select(figure)],
        Baseline = [.. _baselines.Select(figure)],
    };

    private SortedDictionary<string, long> Errors()
    {
        var errors = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (code, count) in _runs.SelectMany(run => run.Errors))
        {
            errors[code] = errors.GetValueOrDefault(code) + count;
        }

        return errors;
    }
}
