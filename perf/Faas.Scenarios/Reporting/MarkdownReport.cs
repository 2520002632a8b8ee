using System.Globalization;
using System.Text;
using Faas.PerfCompare.Budgets;
using Faas.PerfCompare.Record;
using Faas.PerfCompare.Statistics;
using Faas.Scenarios.Running;
using Faas.Scenarios.Targets;

namespace Faas.Scenarios.Reporting;

/// <summary>A run as a page to read.</summary>
internal static class MarkdownReport
{
    /// <param name="run">The figures.</param>
    /// <param name="notRun">What could not be measured, and why.</param>
    /// <param name="probes">Those whose questions are asked.</param>
    /// <param name="plots">File names of the plots by scenario.</param>
    public static string Of(RunRecord run, IReadOnlyList<(string Id, string Reason)> notRun, IReadOnlyList<IProbe> probes, ILookup<string, string> plots)
    {
        var page = new StringBuilder();
        var machine = run.Machine;
        page.AppendLine(Invariant($"# Load tests, {machine.StartedUtc}, commit {machine.Commit}{(machine.Dirty ? " with uncommitted changes" : "")}"));
        page.AppendLine();
        page.AppendLine(Invariant($"{machine.Cpu}, {machine.Cores} cores (the load generator runs on them too), {machine.MemoryGib} GiB, {machine.Kernel}, {machine.Runtime}. Governor: {machine.Governor}. Load average before the run: {machine.LoadBefore}. Set: {run.Mode}. Load driver: {run.Driver}."));
        page.AppendLine();
        if (machine.Dirty || machine.IsBusy)
        {
            page.AppendLine("> **Not comparable**:" + (machine.Dirty ? " the work tree had uncommitted changes." : "") + (machine.IsBusy ? " the machine was busy before the run." : ""));
            page.AppendLine();
        }

        page.AppendLine("## Budgets");
        page.AppendLine();
        page.AppendLine("The figures that docs/PERFORMANCE.md promises (`perf/budgets.json`): median over the repetitions, and its quartiles.");
        page.AppendLine();
        page.Append(BudgetTable.Of(BudgetTable.ReadRows(RepositoryLayout.Budgets), run.Cases));
        page.AppendLine();
        page.AppendLine("## How to read the tables");
        page.AppendLine();
        page.AppendLine("Figures are medians over the repetitions; ± is half the distance between the quartiles. *of baseline* divides by the server named under the table, measured in the same repetition. CPU is processor time of the supervisor and its workers for one request.");
        foreach (var group in run.Cases.GroupBy(found => found.Scenario))
        {
            page.AppendLine();
            page.AppendLine(Invariant($"## {group.Key}"));
            page.AppendLine();
            var question = ScenarioCatalog.All.FirstOrDefault(scenario => scenario.Name == group.Key)?.Question ?? probes.FirstOrDefault(probe => probe.Name == group.Key)?.Question;
            if (question is not null)
            {
                page.AppendLine(question);
                page.AppendLine();
            }

            Table(page, [.. group]);
            var baselines = group.Select(found => found.BaselineName).OfType<string>().Distinct().ToArray();
            if (baselines.Length > 0)
            {
                page.AppendLine();
                page.AppendLine(Invariant($"Baseline: {string.Join(", ", baselines)}."));
            }

            foreach (var plot in plots[group.Key])
            {
                page.AppendLine();
                page.AppendLine(Invariant($"![{group.Key}]({plot})"));
            }
        }

        if (notRun.Count > 0)
        {
            page.AppendLine();
            page.AppendLine("## Not run");
            page.AppendLine();
            foreach (var (id, reason) in notRun)
            {
                page.AppendLine(Invariant($"- {id}: {reason.ReplaceLineEndings(" ")}"));
            }
        }

        return page.ToString();
    }

    private static void Table(StringBuilder page, CaseRecord[] cases)
    {
        if (!cases[0].Metrics.ContainsKey(MetricRecord.RequestsPerSecond))
        {
            page.AppendLine("| case | what | figure | median | ± | worst |");
            page.AppendLine("| --- | --- | --- | ---: | ---: | ---: |");
            foreach (var (found, name, metric) in cases.SelectMany(found => found.Metrics.Select(entry => (found, entry.Key, entry.Value))))
            {
                page.AppendLine(Invariant($"| {found.Id[(found.Scenario.Length + 1)..]} | {found.Description} | {name} | {Number(Sample.Median([.. metric.Samples]))} | {Number(Spread(metric.Samples))} | {Number(Worst(metric))} |"));
            }

            foreach (var found in cases.Where(found => found.Errors.Count > 0))
            {
                page.AppendLine();
                page.AppendLine(Invariant($"**Failed** in {found.Id}: {Failures(found)}"));
            }

            return;
        }

        page.AppendLine("| case | load | requests/s | ± | of baseline | p50 µs | of baseline | p99 µs | p99.9 µs | CPU µs | failed |");
        page.AppendLine("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |");
        foreach (var found in cases)
        {
            var rate = found.Metrics[MetricRecord.RequestsPerSecond];
            var p50 = found.Metrics[MetricRecord.P50];
            page.AppendLine(Invariant(
                $"| {found.Id[(found.Scenario.Length + 1)..]} | {found.Description} | {Median(found, MetricRecord.RequestsPerSecond):N0} | {Spread(rate.Samples):N0} | {Ratio(rate)} | {Figure(Median(found, MetricRecord.P50), 1)} | {Ratio(p50)} | {Figure(Median(found, MetricRecord.P99), 0)} | {Figure(Median(found, MetricRecord.P999), 0)} | {Median(found, MetricRecord.CpuPerRequest):N1} | {Failures(found)} |"));
        }
    }

    private static string Failures(CaseRecord found)
    {
        var text = string.Join(", ", found.Errors.Select(error => Invariant($"{error.Key} {error.Value:N0}")));
        return found.Metrics.TryGetValue(MetricRecord.RefusalP99, out var refusal) && refusal.Samples.Any(double.IsFinite)
            ? Invariant($"{text} (refusals: p99 {Sample.Median([.. refusal.Samples]):N0} µs)")
            : text;
    }

    private static double Worst(MetricRecord metric) => metric.Samples.Count == 0 ? double.NaN : metric.Better == Better.Lower ? metric.Samples.Max() : metric.Samples.Min();

    private static string Number(double value) => Math.Abs(value) < 10 ? Invariant($"{value:0.###}") : Invariant($"{value:N1}");

    /// <summary>A driver that does not tell a percentile leaves it unknown; another percentile in its place would be a wrong figure.</summary>
    private static string Figure(double value, int decimals) => double.IsNaN(value) ? "not known" : value.ToString("N" + decimals, CultureInfo.InvariantCulture);

    private static double Median(CaseRecord found, string metric) => Sample.Median([.. found.Metrics[metric].Samples]);

    private static double Spread(IReadOnlyList<double> samples)
        => (Sample.Quantile([.. samples], 0.75) - Sample.Quantile([.. samples], 0.25)) / 2;

    private static string Ratio(MetricRecord metric)
        => metric.Baseline.Count == 0 ? "" : Invariant($"{Sample.Median(Sample.Ratios(metric.Samples, metric.Baseline)):F3}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
