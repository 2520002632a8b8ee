using System.CommandLine;
using System.Globalization;
using Faas.LoadTests.Drivers;
using Faas.LoadTests.Reporting;
using Faas.LoadTests.Running;
using Faas.LoadTests.Scenarios;
using Faas.PerfCompare.Record;
using Faas.PerfCompare.Statistics;

namespace Faas.LoadTests;

/// <summary><c>run quick|full</c>: the scenarios, recorded.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var scale = new Argument<Scale>("SET") { Description = "quick or full" };
        var only = new Option<string>("--only") { Description = "Scenarios or case ids, comma-separated: " + string.Join(", ", ScenarioCatalog.All.Select(scenario => scenario.Name)) + ", " + Footprint.Name };
        var output = new Option<string>("--output") { Description = "Result folder (default: perf/results/UTC-COMMIT)" };
        var driver = new Option<string>("--driver") { Description = "builtin, or nbomber where it is compiled in" };
        var repetitions = new Option<int?>("--repetitions") { Description = "Repetitions of each case" };
        var seconds = new Option<double?>("--seconds") { Description = "Seconds of each measurement" };
        var command = new Command("run", "Run the scenarios and record the figures") { scale, only, output, driver, repetitions, seconds };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = RunOptions.For(parsed.GetValue(scale));
            options = options with
            {
                Only = parsed.GetValue(only)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
                Repetitions = parsed.GetValue(repetitions) ?? options.Repetitions,
                Duration = parsed.GetValue(seconds) is { } length ? TimeSpan.FromSeconds(length) : options.Duration,
            };
            return await RunAsync(options, parsed.GetValue(output), parsed.GetValue(driver), cancellationToken);
        });
        return command;
    }

    /// <summary>0 = every case ran and no request failed that should not have.</summary>
    private static async Task<int> RunAsync(RunOptions options, string? output, string? driverName, CancellationToken cancellationToken)
    {
        var mode = options.Scale.ToString().ToLower(CultureInfo.InvariantCulture) + (options.Only.Count == 0 ? "" : ": " + string.Join(", ", options.Only));
        var folder = ResultFolder.Create(output, "bench " + mode);
        await using var runner = new Runner(DriverCatalog.Create(driverName, folder.Path), options, Console.Out);
        if (options.Only.Count == 0 || options.Only.Contains(Footprint.Name))
        {
            var footprint = await Footprint.MeasureAsync(cancellationToken);
            runner.Cases.Add(footprint);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Footprint.Name}: ready after {Sample.Median([.. footprint.Metrics[MetricRecord.StartToReady].Samples]):F0} ms, {Sample.Median([.. footprint.Metrics[MetricRecord.IdleMemory].Samples]):F0} MiB"));
        }

        await runner.RunAsync(ScenarioCatalog.All, cancellationToken);
        folder.Write(new RunRecord { Mode = mode, Machine = folder.Machine, Cases = runner.Cases }, runner.NotRun);
        Console.WriteLine($"recorded in {Path.GetRelativePath(Environment.CurrentDirectory, folder.Path)}");
        var failed = runner.Cases.Where(found => found.Errors.Count > 0 && !found.Metrics.ContainsKey(MetricRecord.RefusalP99)).ToList();
        foreach (var found in failed)
        {
            Console.WriteLine($"requests failed in {found.Id}: {string.Join(", ", found.Errors.Select(error => $"{error.Key} {error.Value}"))}");
        }

        return failed.Count > 0 || runner.NotRun.Count > 0 ? 1 : 0;
    }
}
