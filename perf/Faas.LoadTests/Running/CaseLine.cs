using System.Globalization;
using Faas.PerfCompare.Record;
using Faas.PerfCompare.Statistics;

namespace Faas.LoadTests.Running;

/// <summary>A finished case in one line, for the log.</summary>
internal static class CaseLine
{
    public static string Of(CaseRecord record)
    {
        var rate = record.Metrics[MetricRecord.RequestsPerSecond];
        var p50 = record.Metrics[MetricRecord.P50];
        var p99 = record.Metrics[MetricRecord.P99];
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{record.Id,-26} {Sample.Median([.. rate.Samples]),9:N0}/s  p50 {Sample.Median([.. p50.Samples]),9:N1} us  p99 {Sample.Median([.. p99.Samples]),10:N1} us");
        if (rate.Baseline.Count > 0)
        {
            line += string.Create(CultureInfo.InvariantCulture, $"  {Sample.Median(Sample.Ratios(rate.Samples, rate.Baseline)):F3} of baseline");
        }

        return record.Errors.Count == 0
            ? line
            : line + "  errors: " + string.Join(", ", record.Errors.Select(error => $"{error.Key} {error.Value}"));
    }
}
