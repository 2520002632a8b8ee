using System.CommandLine;
using System.Globalization;
using Faas.LoadTests.Drivers;
using Faas.LoadTests.Peers;
using Faas.LoadTests.Probes;
using Faas.LoadTests.Reporting;
using Faas.LoadTests.Running;
using Faas.LoadTests.Scenarios;
using Faas.LoadTests.Targets;
using Faas.PerfCompare.Budgets;
using Faas.PerfCompare.Record;

namespace Faas.LoadTests;

/// <summary><c>run quick|full</c>: the scenarios, recorded.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var scale = new Argument<Scale>("SET") { Description = "quick or full" };
        var only = new Option<string>("--only") { Description = "Scenarios or case ids, comma-separated: " + string.Join(", ", [.. ProbeCatalog.All.Select(probe => probe.Name), .. ScenarioCatalog.All.Select(scenario => scenario.Name)]) };
        var output = new Option<string>("--output") { Description = "Result folder (default: perf/results/UTC-COMMIT)" };
        var driver = new Option<string>("--driver") { Description = "builtin, or nbomber where it is compiled in" };
        var repetitions = new Option<int?>("--repetitions") { Description = "Repetitions of each case" };
        var seconds = new Option<double?>("--seconds") { Description = "Seconds of each measurement" };
        var peer = new Option<string[]>("--peer") { Description = "Also measure beside a peer that is restored for it: " + WorkerdPeer.Name };
        var plan = new Option<bool>("--plan") { Description = "Only say what would be run and how long it takes on two processors" };
        var require = new Option<bool>("--require-budgets") { Description = "Exit 1 when a budget that the run measures is missed" };
        peer.AcceptOnlyFromAmong(WorkerdPeer.Name);
        var command = new Command("run", "Run the scenarios and record the figures") { scale, only, output, driver, repetitions, seconds, peer, require, plan };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = RunOptions.For(parsed.GetValue(scale));
            options = options with
            {
                Only = parsed.GetValue(only)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
                Peers = parsed.GetValue(peer) ?? [],
                Repetitions = parsed.GetValue(repetitions) ?? options.Repetitions,
                Duration = parsed.GetValue(seconds) is { } length ? TimeSpan.FromSeconds(length) : options.Duration,
            };
            if (parsed.GetValue(plan))
            {
                Show(new RunPlan(options));
                return 0;
            }

            return await RunAsync(options, parsed.GetValue(output), parsed.GetValue(driver), parsed.GetValue(require), cancellationToken);
        });
        return command;
    }

    private static void Show(RunPlan plan)
    {
        foreach (var (name, cases, expected) in plan.Probes.Select(probe => (probe.Name, 0, probe.ExpectedTime(plan.Scale)))
            .Concat(plan.Scenarios.Select(scenario => (scenario.Scenario.Name, scenario.Groups.Sum(group => group.Count()), scenario.Expected)))
            .Append(("report", 0, plan.Report)))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-10} {(cases == 0 ? "" : $"{cases} cases"),-9} {expected.TotalSeconds,6:F0} s"));
        }

        Console.WriteLine($"in all     {plan.Total:m\\:ss}");
    }

    /// <summary>0 = every case ran, no request failed that should not have, and no budget was missed if that was asked.</summary>
    private static async Task<int> RunAsync(RunOptions options, string? output, string? driverName, bool requireBudgets, CancellationToken cancellationToken)
    {
        var mode = options.Scale.ToString().ToLower(CultureInfo.InvariantCulture) + (options.Only.Count == 0 ? "" : ": " + string.Join(", ", options.Only));
        var folder = ResultFolder.Create(output, "bench " + mode);
        await using var runner = new Runner(DriverCatalog.Create(driverName, folder.Path), options, Console.Out);
        await runner.RunAsync(cancellationToken);
        folder.Write(new RunRecord { Mode = mode, Machine = folder.Machine, Cases = runner.Cases }, runner.NotRun);
        runner.Finish();
        Console.WriteLine($"recorded in {Path.GetRelativePath(Environment.CurrentDirectory, folder.Path)}");
        if (options is { Scale: Scale.Full, Only.Count: 0 } && output is null)
        {
            BudgetsSubcommand.Refresh([folder.Path]);
        }

        var failed = runner.Cases.Where(found => found.Errors.Count > 0 && !found.Metrics.ContainsKey(MetricRecord.RefusalP99)).ToList();
        foreach (var found in failed)
        {
            Console.WriteLine($"requests failed in {found.Id}: {string.Join(", ", found.Errors.Select(error => $"{error.Key} {error.Value}"))}");
        }

        foreach (var (id, reason) in runner.NotRun)
        {
            Console.WriteLine($"not run: {id}: {reason}");
        }

        var missed = BudgetTable.ReadRows(RepositoryLayout.Budgets).Select(row => BudgetResult.Of(row, runner.Cases)).Where(result => result.IsMeasured && !result.IsMet).ToList();
        foreach (var result in missed)
        {
            Console.WriteLine($"budget missed: {result.Row.What}");
        }

        return failed.Count > 0 || (requireBudgets && missed.Count > 0) || runner.NotRun.Count > 0 ? 1 : 0;
    }
}
