using System.CommandLine;
using System.Security.Cryptography;
using Faas.LoadTests.Chaos;
using Faas.Scenarios.Targets;

namespace Faas.LoadTests;

/// <summary><c>chaos</c>: does every call end, rightly and in time, while the parts of the server are killed?</summary>
internal static class ChaosSubcommand
{
    private static readonly TimeSpan s_shortest = TimeSpan.FromSeconds(15);

    public static Command Create()
    {
        var minutes = new Option<double>("--minutes") { Description = "Of the whole run, more or less; with too few for all servers the seed draws some", DefaultValueFactory = _ => 30 };
        var seed = new Option<int?>("--seed") { Description = "Draws calls and faults (default: a random one, which is told)" };
        var only = new Option<string[]>("--only") { Description = "STRATEGY/TRANSPORT, * for all of a side; several", AllowMultipleArgumentsPerToken = true };
        var faults = new Option<string[]>("--fault") { Description = "Faults with these words in their name, several (default: all)", AllowMultipleArgumentsPerToken = true };
        var calls = new Option<string[]>("--call") { Description = "Kinds of call to make, several (default: all)", AllowMultipleArgumentsPerToken = true };
        var seconds = new Option<double?>("--fault-seconds") { Description = "Of the faults on each server (default: what the minutes give)" };
        var grace = new Option<int>("--grace") { Description = "Milliseconds after its deadline at which an answer is late", DefaultValueFactory = _ => 1000 };
        var recovery = new Option<int>("--recovery") { Description = "Milliseconds within which a fresh call is answered after a fault", DefaultValueFactory = _ => 250 };
        var output = new Option<string?>("--out") { Description = "Folder of chaos.json, chaos.md and the logs of servers that failed (default: build/chaos)" };
        var command = new Command("chaos", "Kills, stops and starves the parts of a server under load, and checks each answer") { minutes, seed, only, faults, calls, seconds, grace, recovery, output };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            TimeSpan.FromMinutes(parsed.GetValue(minutes)),
            parsed.GetValue(seed) ?? RandomNumberGenerator.GetInt32(1_000_000),
            parsed.GetValue(only) ?? [],
            parsed.GetValue(seconds),
            new ChaosOptions
            {
                Seed = 0,
                Combinations = [],
                FaultTime = default,
                Faults = parsed.GetValue(faults) ?? [],
                Calls = parsed.GetValue(calls) ?? [],
                Grace = TimeSpan.FromMilliseconds(parsed.GetValue(grace)),
                Recovery = TimeSpan.FromMilliseconds(parsed.GetValue(recovery)),
                Output = parsed.GetValue(output) ?? Path.Combine(RepositoryLayout.Build, "chaos"),
            },
            cancellationToken));
        return command;
    }

    /// <summary>0 = nothing that must not be.</summary>
    private static async Task<int> RunAsync(TimeSpan length, int seed, string[] only, double? seconds, ChaosOptions options, CancellationToken cancellationToken)
    {
        var faultTime = seconds is { } given ? TimeSpan.FromSeconds(given) : s_shortest;
        var combinations = only.Length > 0
            ? only.SelectMany(ChaosCombination.Parse).Distinct().ToArray()
            : ChaosCombination.Draw(seed, Math.Max(1, (int)(length / (faultTime + ChaosCommand.Overhead))));
        if (seconds is null && length / combinations.Count - ChaosCommand.Overhead is var share && share > faultTime)
        {
            faultTime = share;
        }

        options = options with { Seed = seed, Combinations = combinations, FaultTime = faultTime };
        Console.WriteLine($"seed {seed}, {combinations.Count} servers, {faultTime.TotalSeconds:0} s of faults on each");
        var report = await ChaosCommand.RunAsync(options, Console.Out, cancellationToken);
        Console.WriteLine();
        Console.WriteLine(report.ToMarkdown());
        Console.WriteLine($"recorded in {options.Output}");
        if (!report.Passed)
        {
            Console.WriteLine($"failed; to repeat: {ChaosCommand.CommandOf(options, report)}");
        }

        return report.Passed ? 0 : 1;
    }
}
