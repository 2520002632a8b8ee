using System.Globalization;
using Faas.PerfCompare.Record;
using Faas.Scenarios.Drivers;
using Faas.Scenarios.Reporting;

namespace Faas.Scenarios.Running;

/// <summary>A run from what was asked for to its folder and its exit code, whatever makes the load.</summary>
/// <param name="options">How much is measured.</param>
/// <param name="driver">Measures.</param>
/// <param name="warmer">Loads before each measurement.</param>
/// <param name="probes">The probes there are.</param>
/// <param name="output">Where it says how far it is.</param>
internal sealed class RecordedRun(RunOptions options, ILoadDriver driver, ILoadDriver warmer, IReadOnlyList<IProbe> probes, TextWriter output)
{
    private const int NothingSelected = 2;

    public RunPlan Plan { get; } = new(options, driver, warmer, probes);

    /// <summary>Draws a run into a folder; the names of the files by scenario.</summary>
    public Func<string, RunRecord, ILookup<string, string>> Draw { get; init; } = (_, _) => Array.Empty<string>().ToLookup(file => file);

    /// <param name="folder">Where it is recorded: made beforehand, so that a driver may put its own reports there.</param>
    /// <param name="requireBudgets">Whether a missed budget fails the run.</param>
    /// <param name="cancellationToken">Ends the run early: every server is ended first.</param>
    /// <returns>0 = as <see cref="RunVerdict"/> says; 1 = it says something is wrong; 2 = nothing there is was asked for.</returns>
    public async Task<int> RunAsync(Func<ResultFolder> folder, bool requireBudgets, CancellationToken cancellationToken)
    {
        if (!Plan.HasWork)
        {
            await output.WriteLineAsync($"nothing to run: no scenario or case of {driver.Name} is named {string.Join(", ", options.Only)}");
            return NothingSelected;
        }

        var into = folder();
        await using var runner = new Runner(driver, warmer, options, Plan, output);
        await runner.RunAsync(cancellationToken);
        var run = new RunRecord { Mode = ModeOf(options), Driver = driver.Name, Machine = into.Machine, Cases = runner.Cases };
        into.Write(run, runner.NotRun, probes, Draw(into.Path, run));
        runner.Finish();
        await output.WriteLineAsync($"recorded in {Path.GetRelativePath(Environment.CurrentDirectory, into.Path)}");
        return RunVerdict.Of(runner.Cases, runner.NotRun, requireBudgets, output);
    }

    /// <summary><c>quick</c>, or with the selection <c>quick: hello, rate</c>.</summary>
    public static string ModeOf(RunOptions options)
        => options.Scale.ToString().ToLower(CultureInfo.InvariantCulture) + (options.Only.Count == 0 ? "" : ": " + string.Join(", ", options.Only));
}
