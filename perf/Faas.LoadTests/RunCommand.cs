using System.CommandLine;
using System.Globalization;
using Faas.LoadTests.Drivers;
using Faas.LoadTests.Probes;
using Faas.LoadTests.Reporting;
using Faas.PerfCompare.Budgets;
using Faas.PerfCompare.Record;
using Faas.Scenarios;
using Faas.Scenarios.Peers;
using Faas.Scenarios.Reporting;
using Faas.Scenarios.Running;
using Faas.Scenarios.Targets;

namespace Faas.LoadTests;

/// <summary><c>run quick|full</c>: the scenarios, recorded.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var scale = new Argument<Scale>("SET") { Description = "quick or full" };
        var only = new Option<string>("--only") { Description = "Scenarios or case ids, comma-separated: " + string.Join(", ", [.. ProbeCatalog.All.Select(probe => probe.Name), .. ScenarioCatalog.All.Select(scenario => scenario.Name)]) };
        var output = new Option<string>("--output") { Description = "Result folder (default: perf/results/UTC-COMMIT)" };
        var repetitions = new Option<int?>("--repetitions") { Description = "Repetitions of each case" };
        var seconds = new Option<double?>("--seconds") { Description = "Seconds of each measurement" };
        var peer = new Option<string[]>("--peer") { Description = "Also measure beside a peer that is restored for it: " + WorkerdPeer.Name };
        var plan = new Option<bool>("--plan") { Description = "Only say what would be run and how long it takes on two processors" };
        var require = new Option<bool>("--require-budgets") { Description = "Exit 1 when a budget that the run measures is missed" };
        peer.AcceptOnlyFromAmong(WorkerdPeer.Name);
        var command = new Command("run", "Run the scenarios and record the figures") { scale, only, output, repetitions, seconds, peer, require, plan };
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
            var driver = new BuiltInDriver();
            var run = new RecordedRun(options, driver, driver, ProbeCatalog.All, Console.Out) { Draw = Plots.Write };
            if (parsed.GetValue(plan))
            {
                run.Plan.Show(Console.Out);
                return 0;
            }

            ResultFolder? folder = null;
            var exitCode = await run.RunAsync(() => folder = ResultFolder.Create(parsed.GetValue(output), "bench " + RecordedRun.ModeOf(options)), parsed.GetValue(require), cancellationToken);
            if (folder is not null && options is { Scale: Scale.Full, Only.Count: 0 } && parsed.GetValue(output) is null)
            {
                BudgetsSubcommand.Refresh([folder.Path]);
            }

            return exitCode;
        });
        return command;
    }
}
