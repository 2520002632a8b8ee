using Faas.LoadTests.Probes;
using Faas.LoadTests.Reporting;
using Faas.PerfCompare;
using Faas.PerfCompare.Record;
using Faas.Scenarios;
using Faas.Scenarios.Reporting;
using Faas.Scenarios.Targets;
using static System.FormattableString;

namespace Faas.LoadTests.Gate;

/// <summary>
/// <c>gate</c>: is the build under test slower than another build measured in the same run, or than the last recorded
/// one of this machine? What looks slower is measured a second time, on servers started anew; only what is slower both
/// times fails: noise seldom strikes the same case twice in the same direction.
/// </summary>
internal sealed class GateCommand(TextWriter output, string? against, string? before, double? threshold)
{
    private const int NothingSlower = 0;
    private const int Slower = 1;
    private const int NotComparable = 2;

    private readonly ComparisonOptions _options = new()
    {
        AllowMissing = true,
        Threshold = threshold ?? GateThresholds.Default,
        ThresholdOf = threshold is null ? GateThresholds.Of : null,
    };

    /// <returns>0 = nothing slower; 1 = something is, twice; 2 = nothing to compare with.</returns>
    public async Task<int> RunAsync(string? record, CancellationToken cancellationToken)
    {
        RunRecord? recorded = null;
        if (against is null && record is null)
        {
            recorded = before is null ? LastRecorded() : RunRecord.Read(before);
            if (recorded is null)
            {
                await output.WriteLineAsync(
                    "no recorded run of this machine has the gate's cases. Compare with a build instead (bench gate --against FOLDER), or record the base commit first (bench gate --record)");
                return NotComparable;
            }
        }

        if (recorded is not null && recorded.Driver != RunRecord.BuiltInDriver)
        {
            await output.WriteLineAsync($"the gate measures with the load driver \"{RunRecord.BuiltInDriver}\"; that run is of {recorded.Driver}");
            return NotComparable;
        }

        await output.WriteLineAsync($"measuring: {(against is null ? "" : "before and after in turns, ")}about {GateMeasurement.ExpectedTime(GateSet.Cases, against is null ? 1 : 2).TotalSeconds:F0} s");
        IReadOnlyList<CaseRecord> old, current;
        try
        {
            (old, current) = await MeasureAsync(GateSet.Cases, recorded, cancellationToken);
        }
        catch (FileNotFoundException exception)
        {
            await output.WriteLineAsync(exception.Message);
            return NotComparable;
        }

        if (record is not null)
        {
            var folder = ResultFolder.Create(record.Length == 0 ? null : record, "bench gate --record");
            var run = new RunRecord { Mode = GateSet.Name, Machine = folder.Machine, Cases = current };
            folder.Write(run, [], ProbeCatalog.All, Plots.Write(folder.Path, run));
            await output.WriteLineAsync($"recorded in {Path.GetRelativePath(Environment.CurrentDirectory, folder.Path)}");
            return NothingSlower;
        }

        var first = Compare(old, current);
        ComparisonTable.Write(output, first);
        var suspects = Suspects(first);
        if (suspects.Count == 0)
        {
            await output.WriteLineAsync("\nnothing slower");
            return NothingSlower;
        }

        await output.WriteLineAsync($"\nlooks slower: {string.Join(", ", suspects)}. Measuring again");
        var cases = GateSet.Cases.Where(load => suspects.Any(suspect => suspect.Case == $"{GateSet.Name}/{load.Name}")).ToArray();
        (old, current) = await MeasureAsync(cases, recorded, cancellationToken);
        var second = Compare(old, current);
        ComparisonTable.Write(output, second);
        var confirmed = Suspects(second).Intersect(suspects).ToArray();
        await output.WriteLineAsync(confirmed.Length == 0
            ? "\nnothing slower: the second measuring does not confirm it"
            : $"\nSLOWER, both times: {string.Join(", ", confirmed)}");
        return confirmed.Length == 0 ? NothingSlower : Slower;
    }

    private static List<(string Case, string Metric)> Suspects(IEnumerable<Comparison> comparisons)
        => [.. comparisons.Where(line => line.Verdict == Verdict.Slower).Select(line => (line.Case, line.Metric))];

    private static RunRecord? LastRecorded()
    {
        var here = MachineFacts.Read("", dirty: false, TimeProvider.System.GetUtcNow(), "").Fingerprint;
        if (!Directory.Exists(RepositoryLayout.Results))
        {
            return null;
        }

        // Names begin with the UTC time.
        return Directory.GetDirectories(RepositoryLayout.Results).OrderDescending(StringComparer.Ordinal)
            .Where(folder => File.Exists(Path.Combine(folder, RunRecord.FileName)))
            .Select(RunRecord.Read)
            .FirstOrDefault(run => run.Machine.Fingerprint == here && run.Driver == RunRecord.BuiltInDriver && run.Cases.Any(found => found.Scenario == GateSet.Name));
    }

    private async Task<(IReadOnlyList<CaseRecord> Before, IReadOnlyList<CaseRecord> After)> MeasureAsync(
        IReadOnlyCollection<LoadCase> cases, RunRecord? recorded, CancellationToken cancellationToken)
    {
        var builds = against is null ? new string?[] { null } : [against, null];
        var measured = await new GateMeasurement(output).RunAsync(cases, builds, cancellationToken);
        return (against is null ? recorded?.Cases.Where(found => found.Scenario == GateSet.Name).ToArray() ?? [] : measured[0], measured[^1]);
    }

    private List<Comparison> Compare(IReadOnlyList<CaseRecord> old, IReadOnlyList<CaseRecord> current)
        => [.. Comparison.Compare(old, current, _options).Where(line => line.Verdict is not (Verdict.Informative or Verdict.New))];
}
