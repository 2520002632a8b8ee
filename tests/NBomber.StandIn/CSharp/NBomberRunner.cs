using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace NBomber.CSharp;

/// <summary>Builds a test up and runs it.</summary>
public static class NBomberRunner
{
    private static readonly TimeSpan s_shortestInterval = TimeSpan.FromSeconds(5); // the real one refuses a shorter one too

    public static NBomberContext RegisterScenarios(params ScenarioProps[] scenarios) => new(scenarios);

    public static NBomberContext WithTestSuite(this NBomberContext context, string testSuite) => context with { TestSuite = testSuite };

    public static NBomberContext WithTestName(this NBomberContext context, string testName) => context with { TestName = testName };

    public static NBomberContext WithReportFolder(this NBomberContext context, string reportFolderPath) => context with { ReportFolder = reportFolderPath };

    public static NBomberContext WithReportFileName(this NBomberContext context, string reportFileName) => context with { ReportFileName = reportFileName };

    public static NBomberContext WithReportFormats(this NBomberContext context, params ReportFormat[] reportFormats) => context with { ReportFormats = reportFormats };

    public static NBomberContext WithReportingInterval(this NBomberContext context, TimeSpan interval) => context with { ReportingInterval = interval };

    /// <summary>Runs to the end: like the real one it cannot be cancelled, and its threads keep the process.</summary>
    public static NodeStats Run(this NBomberContext context)
    {
        if (context.ReportingInterval < s_shortestInterval)
        {
            throw new InvalidOperationException($"the reporting interval is below {s_shortestInterval.TotalSeconds} s");
        }

        // The real one deletes what is there as well.
        if (Directory.Exists(context.ReportFolder))
        {
            Directory.Delete(context.ReportFolder, recursive: true);
        }

        Directory.CreateDirectory(context.ReportFolder);
        using var log = new StreamWriter(Path.Combine(context.ReportFolder, "nbomber-log.txt")) { AutoFlush = true };
        var runs = context.Scenarios.Select(scenario => new ScenarioRun(scenario, TextWriter.Synchronized(log))).ToArray();
        var threads = runs.Select(run => new Thread(run.Run) { IsBackground = false }).ToArray();
        foreach (var thread in threads)
        {
            thread.Start();
        }

        foreach (var thread in threads)
        {
            thread.Join();
        }

        var stats = new NodeStats([.. runs.Select(run => run.ToStats())]);
        foreach (var format in context.ReportFormats)
        {
            File.WriteAllText(
                Path.Combine(context.ReportFolder, $"{context.ReportFileName}.{format.ToString().ToLowerInvariant()}"),
                $"{context.TestSuite} {context.TestName}\n{string.Join('\n', stats.ScenarioStats)}\n");
        }

        return stats;
    }
}
