using Faas.PerfCompare.Record;
using Faas.PerfCompare.Statistics;
using static System.FormattableString;

namespace Faas.Scenarios.Running;

/// <summary>A finished case in one line, for the log.</summary>
internal static class CaseLine
{
    public static string Of(CaseRecord record)
    {
        var line = Invariant($"{record.Id,-22} ") + (record.Metrics.TryGetValue(MetricRecord.RequestsPerSecond, out var rate)
            ? OfLoad(record, rate)
            : string.Join(", ", record.Metrics.Select(metric => Invariant($"{metric.Key} {Sample.Median([.. metric.Value.Samples]):0.###}"))));
        return record.Errors.Count == 0
            ? line
            : line + "  errors: " + string.Join(", ", record.Errors.Select(error => $"{error.Key} {error.Value}"));
    }

    private static string OfLoad(CaseRecord record, MetricRecord rate)
    {
        var line = Invariant($"{Sample.Median([.. rate.Samples]),7:N0}/s  p50 {Median(MetricRecord.P50),9:N1} us  p99 {Median(MetricRecord.P99),9:N1} us");
        return rate.Baseline.Count == 0
            ? line
            : line + Invariant($"  {Sample.Median(Sample.Ratios(rate.Samples, rate.Baseline)):F3} of baseline");

        double Median(string metric) => Sample.Median([.. record.Metrics[metric].Samples]);
    }
}
