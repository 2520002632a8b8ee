using System.Globalization;
using System.Text.RegularExpressions;
using Faas.PerfCompare.Record;

namespace Faas.NBomber.Tests;

/// <summary>Runs under the stand-in: what is recorded, and the exit codes.</summary>
public sealed class RunTests(BenchCopy bench)
{
    private static readonly string[] s_reports = [".csv", ".html", ".md", ".txt"];

    [Fact]
    public async Task Run_ACase_RecordsItBesideNBombersReports()
    {
        var folder = Folder();
        var (exitCode, output) = await RunAsync([], "--only", "hello/c64", "--output", folder);
        Assert.True(exitCode == 0, output);
        Assert.Contains("budget missed: more than there is", output, StringComparison.Ordinal);

        var run = RunRecord.Read(folder);
        Assert.Equal("NBomber 4.1.2", run.Driver);
        var hello = Assert.Single(run.Cases);
        Assert.All(
            [MetricRecord.P10, MetricRecord.P90, MetricRecord.P999],
            unknown => Assert.All([.. hello.Metrics[unknown].Samples, .. hello.Metrics[unknown].Baseline], value => Assert.Equal(double.NaN, value)));
        Assert.All(
            [MetricRecord.RequestsPerSecond, MetricRecord.P50, MetricRecord.P99],
            known => Assert.All([.. hello.Metrics[known].Samples, .. hello.Metrics[known].Baseline], value => Assert.True(value > 0)));
        Assert.Matches(@"\| c64 \|.*\| not known \|", await File.ReadAllTextAsync(Path.Combine(folder, "report.md"), TestContext.Current.CancellationToken));

        // One folder a run: of the server, and of the bare Kestrel beside it.
        var reports = Directory.GetDirectories(Path.Combine(folder, "nbomber"));
        Assert.Equal(2, reports.Length);
        Assert.All(reports, report => Assert.Equal(
            s_reports.Select(extension => Path.GetFileName(report) + extension),
            Directory.GetFiles(report).Select(Path.GetFileName).Where(file => file != "nbomber-log.txt").Order(StringComparer.Ordinal)));
        Assert.All(reports, report => Assert.Matches("^00[12]-hello-c64-port[0-9]+$", Path.GetFileName(report)));
    }

    [Fact]
    public async Task Run_ABudgetMissed_IsAFailureWhenThatIsAsked()
    {
        var (exitCode, output) = await RunAsync([], "--only", "hello/c64", "--output", Folder(), "--require-budgets");
        Assert.Contains("budget missed: more than there is", output, StringComparison.Ordinal);
        Assert.Equal(1, exitCode);
    }

    [Fact]
    public async Task Run_RefusalsThatTheCaseIsThereToSee_AreNoFailureAndKeepCodeAndLatency()
    {
        var folder = Folder();
        var (exitCode, output) = await RunAsync([], "--only", "overload/x3", "--output", folder);
        Assert.True(exitCode == 0, output);
        var overload = Assert.Single(RunRecord.Read(folder).Cases);
        Assert.Equal(["queue_full"], overload.Errors.Keys);
        Assert.All(overload.Metrics[MetricRecord.RefusalP99].Samples, us => Assert.True(us > 0));

        // A refusal is a value: not one stack trace.
        Assert.All(
            Directory.GetFiles(Path.Combine(folder, "nbomber"), "nbomber-log.txt", SearchOption.AllDirectories),
            log => Assert.Equal(0, new FileInfo(log).Length));
    }

    [Fact]
    public async Task Run_RefusalsThatNobodyExpects_AreAFailure()
    {
        var folder = Folder();
        var smallServer = new Dictionary<string, string> { ["MINIFAAS_SLOTS"] = "1", ["MINIFAAS_QUEUE"] = "1" };
        var (exitCode, output) = await RunAsync(smallServer, "--only", "hello/c256", "--output", folder);
        Assert.Equal(1, exitCode);
        Assert.Contains("requests failed in hello/c256: queue_full ", output, StringComparison.Ordinal);
        Assert.True(RunRecord.Read(folder).Cases[0].Errors["queue_full"] > 0);
    }

    [Fact]
    public async Task Run_NothingOfThatName_IsAWrongCall()
    {
        // Through the ingress socket: a door that NBomber's scenario does not open.
        var (exitCode, output) = await RunAsync([], "full", "--only", "hello/ingress");
        Assert.True(exitCode == 2, output);
    }

    [Fact]
    public async Task Plan_ARepetitionMore_CountsThreeSecondsForEachOfItsRuns()
    {
        const int More = 10;
        const int Sides = 2; // the server and its baseline
        const double Seconds = 2;
        var few = await PlanAsync(1);
        var many = await PlanAsync(1 + More);
        Assert.InRange((many - few).TotalSeconds, More * Sides * (Seconds + 3), More * Sides * (Seconds + 4));

        async Task<TimeSpan> PlanAsync(int repetitions)
        {
            var (_, output) = await RunAsync([], "--plan", "--only", "hello/c64", "--repetitions", repetitions.ToString(CultureInfo.InvariantCulture));
            var total = Regex.Match(output, "in all +([0-9]+):([0-9]+)");
            return new TimeSpan(0, int.Parse(total.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(total.Groups[2].Value, CultureInfo.InvariantCulture));
        }
    }

    private string Folder() => Path.Combine(bench.Folder, "results", Path.GetRandomFileName());

    private async Task<(int ExitCode, string Output)> RunAsync(Dictionary<string, string> environment, params string[] arguments)
    {
        var (exitCode, output) = await bench.RunAsync(environment, [.. arguments, "--seconds", "2"]);
        Assert.SkipWhen(output.Contains("toolchain_missing", StringComparison.Ordinal), "no C compiler for WebAssembly on this machine");
        return (exitCode, output);
    }
}
