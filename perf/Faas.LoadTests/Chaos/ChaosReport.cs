using System.Globalization;
using System.Text;

namespace Faas.LoadTests.Chaos;

/// <summary>A run: every server that was tried, and the sums.</summary>
internal sealed record ChaosReport
{
    public required int Seed { get; init; }

    /// <summary>Repeats it.</summary>
    public required string Command { get; init; }

    /// <summary>Of time; the other verdicts are exact.</summary>
    public required double GraceMs { get; init; }

    public required double RecoveryBoundMs { get; init; }

    /// <summary>False where no disk could be mounted: the faults of disks were left out.</summary>
    public required bool HadOwnDisk { get; init; }

    public required IReadOnlyList<ChaosRoundReport> Rounds { get; init; }

    public bool Passed => Rounds.All(round => round.Violations.Count == 0);

    public long CountOf(string verdict) => Rounds.Sum(round => round.CountOf(verdict));

    public SortedDictionary<string, long> Sum(Func<ChaosRoundReport, IEnumerable<KeyValuePair<string, long>>> figures)
    {
        var sums = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (name, count) in Rounds.SelectMany(figures))
        {
            sums[name] = sums.GetValueOrDefault(name) + count;
        }

        return sums;
    }

    public SortedDictionary<string, double> WorstRecoveryMs()
    {
        var worst = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (cause, time) in Rounds.SelectMany(round => round.WorstRecoveryMs))
        {
            worst[cause] = Math.Max(worst.GetValueOrDefault(cause), time);
        }

        return worst;
    }

    /// <summary>The report for a person.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        var calls = Sum(round => round.Calls);
        var answers = Sum(round => round.Answers);
        var faults = Sum(round => round.Faults.Select(fault => KeyValuePair.Create(fault.Key, (long)fault.Value)));
        Line($"# Chaos, seed {Seed}: {(Passed ? "passed" : "FAILED")}");
        Line($"");
        Line($"{calls.Values.Sum():N0} calls on {Rounds.Count} servers, {faults.Values.Sum():N0} faults. {string.Join(", ", ChaosVerdicts.All.Select(verdict => $"{verdict} {CountOf(verdict)}"))}.");
        Line($"An answer is late {GraceMs:0} ms after its deadline; a fresh call has {RecoveryBoundMs:0} ms after a fault. The machine kept the clients from running for {Rounds.Select(round => round.OwnWorstStallMs).DefaultIfEmpty().Max():0} ms at worst.");
        if (!HadOwnDisk)
        {
            Line($"No disk could be mounted here (root can): those faults are left out.");
        }

        Line($"");
        Line($"    {Command}");
        Line($"");
        Line($"| server | seconds | calls | faults | {string.Join(" | ", ChaosVerdicts.All)} |");
        Line($"| --- | {string.Concat(Enumerable.Repeat("--- | ", 3 + ChaosVerdicts.All.Count))}");
        foreach (var round in Rounds)
        {
            Line($"| {round.Strategy}/{round.Transport} | {round.Seconds:F0} | {round.Calls.Values.Sum():N0} | {round.Faults.Values.Sum()} | {string.Join(" | ", ChaosVerdicts.All.Select(round.CountOf))} |");
        }

        Table("kind of call", "calls", calls.Select(call => (call.Key, call.Value.ToString("N0", CultureInfo.InvariantCulture))));
        Table("answer", "calls", answers.Select(answer => (answer.Key, answer.Value.ToString("N0", CultureInfo.InvariantCulture))));
        Table("fault", "times", faults.Select(fault => (fault.Key, fault.Value.ToString("N0", CultureInfo.InvariantCulture))));
        Table("until a fresh call is answered after", "worst, ms", WorstRecoveryMs().Select(time => (time.Key, time.Value.ToString("N0", CultureInfo.InvariantCulture))));
        foreach (var round in Rounds.Where(round => round.Kept.Count > 0))
        {
            Line($"");
            Line($"## {round.Strategy}/{round.Transport}");
            Line($"");
            foreach (var violation in round.Kept)
            {
                Line($"- **{violation.Verdict}** {violation.Details}");
            }
        }

        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));

        void Table(string left, string right, IEnumerable<(string, string)> rows)
        {
            Line($"");
            Line($"| {left} | {right} |");
            Line($"| --- | --- |");
            foreach (var (name, figure) in rows)
            {
                Line($"| {name} | {figure} |");
            }
        }
    }
}
