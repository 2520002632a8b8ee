using System.Text.Json;
using System.Text.Json.Serialization;

namespace Faas.LoadTests.Chaos;

/// <summary>Server after server, and the report.</summary>
internal static class ChaosCommand
{
    public const string JsonName = "chaos.json";
    public const string MarkdownName = "chaos.md";

    /// <summary>What a server takes besides its faults: start, deploys, warm-up, quiet before and after, end.</summary>
    public static readonly TimeSpan Overhead = TimeSpan.FromSeconds(20);

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static async Task<ChaosReport> RunAsync(ChaosOptions options, TextWriter log, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Output);
        var rounds = new List<ChaosRoundReport>();
        foreach (var combination in options.Combinations)
        {
            var round = await new ChaosRound(combination, options).RunAsync(cancellationToken);
            rounds.Add(round);
            await log.WriteLineAsync(FormattableString.Invariant(
                $"{combination,-16} {round.Seconds,5:F0} s {round.Calls.Values.Sum(),8:N0} calls {round.Faults.Values.Sum(),4} faults  {(round.Violations.Count == 0 ? "well" : string.Join(", ", round.Violations.Select(verdict => $"{verdict.Key} {verdict.Value}")))}"));
        }

        bool hadDisk;
        using (var disk = new ChaosDisk())
        {
            hadDisk = disk.IsOwn;
        }

        var report = new ChaosReport
        {
            Seed = options.Seed,
            Command = CommandOf(options),
            GraceMs = options.Grace.TotalMilliseconds,
            RecoveryBoundMs = options.Recovery.TotalMilliseconds,
            HadOwnDisk = hadDisk,
            Rounds = rounds,
        };
        await File.WriteAllTextAsync(Path.Combine(options.Output, JsonName), JsonSerializer.Serialize(report, s_json), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(options.Output, MarkdownName), report.ToMarkdown(), cancellationToken);
        return report;
    }

    /// <summary>Only the servers that failed, once there are some.</summary>
    public static string CommandOf(ChaosOptions options, ChaosReport? report = null)
    {
        var servers = report?.Rounds.Where(round => round.Violations.Count > 0).Select(round => $"{round.Strategy}/{round.Transport}") ?? options.Combinations.Select(each => each.ToString());
        return string.Join(' ', (string[])
        [
            "./scripts/bench chaos", FormattableString.Invariant($"--seed {options.Seed} --fault-seconds {options.FaultTime.TotalSeconds:0.#}"),
            "--only", .. servers,
            .. options.Calls.Count > 0 ? (string[])["--call", .. options.Calls] : [],
            .. options.Faults.Count > 0 ? (string[])["--fault", .. options.Faults.Select(fault => $"'{fault}'")] : [],
        ]);
    }
}
