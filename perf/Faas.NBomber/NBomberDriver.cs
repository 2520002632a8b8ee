using System.Globalization;
using Faas.Scenarios;
using Faas.Scenarios.Drivers;
using NBomber.Contracts.Stats;
using NBomber.CSharp;
using Measurement = Faas.Scenarios.Drivers.Measurement;

namespace Faas.NBomber;

/// <summary>
/// The scenarios under NBomber 4.1.2, the last version under Apache-2.0, for its HTML, Markdown and CSV reports. Its
/// arrivals are not evenly spaced, its closed model counts a little low, and a latency begins with the sending and not
/// with the intended start: figures recorded for comparison come from the built-in driver.
/// </summary>
/// <param name="reportFolder">For its reports alone: asked at each run.</param>
internal sealed class NBomberDriver(Func<string> reportFolder) : ILoadDriver
{
    private static readonly TimeSpan s_reportingInterval = TimeSpan.FromSeconds(5); // the shortest it takes
    private static readonly TimeSpan s_shortestRun = TimeSpan.FromSeconds(2);

    /// <summary>Its start, its last interval and its reports: measured, of every run.</summary>
    private static readonly TimeSpan s_aroundRun = TimeSpan.FromSeconds(3);

    private int _runs;

    public string Name => "NBomber 4.1.2";

    public bool Opens(Entrance entrance) => entrance == Entrance.Http;

    public TimeSpan ExpectedTime(TimeSpan duration) => Length(duration) + s_aroundRun;

    public async Task<Measurement> RunAsync(Uri server, CallMix mix, LoadShape shape, RunTime time, int seed, CancellationToken cancellationToken)
    {
        using var calls = new HttpCalls(server, mix, shape.Connections, seed);
        var name = NameOf(server, mix, shape, Interlocked.Increment(ref _runs));
        var during = Length(time.Duration);
        var scenario = Scenario.Create(name, async _ =>
            {
                var outcome = await SendOrStopAsync(calls, cancellationToken);
                return outcome.Error is null
                    ? Response.Ok(statusCode: outcome.Status, sizeBytes: outcome.Bytes)
                    : Response.Fail(statusCode: outcome.Status, sizeBytes: outcome.Bytes);
            })
            .WithoutWarmUp() // the run has one of its own before this, so that processor time is read around the measurement alone
            .WithMaxFailCount(int.MaxValue) // its 5,000 would end the whole test: what failed is counted, and the run's exit code tells
            .WithLoadSimulations(shape.Rate is { } rate
                ? Simulation.Inject(rate: Math.Max(1, (int)rate), interval: TimeSpan.FromSeconds(1), during: during)
                : Simulation.KeepConstant(copies: shape.Connections, during: during));

        // The folder is emptied by NBomber at its start: each run has one of its own, below one that is only for them.
        // Its run knows no cancellation: it is left alone then, its calls stop by themselves, and the program's end is its end.
        var stats = await Task.Run(
            () => NBomberRunner.RegisterScenarios(scenario)
                .WithTestSuite("minifaas")
                .WithTestName(name)
                .WithReportFolder(Path.Combine(reportFolder(), name))
                .WithReportFileName(name)
                .WithReportFormats(ReportFormat.Html, ReportFormat.Md, ReportFormat.Csv, ReportFormat.Txt)
                .WithReportingInterval(s_reportingInterval)
                .Run(),
            CancellationToken.None).WaitAsync(cancellationToken);
        return Read(stats.GetScenarioStats(name), calls.Errors);
    }

    /// <summary>After the run's end this waits for ever: a call that came back, as a failure or not, would be made again at once.</summary>
    private static async Task<CallOutcome> SendOrStopAsync(HttpCalls calls, CancellationToken cancellationToken)
    {
        try
        {
            if (!cancellationToken.IsCancellationRequested)
            {
                return await calls.SendAsync(cancellationToken);
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Cancelled in mid-call, or what it used is gone with the run.
        }

        return await new TaskCompletionSource<CallOutcome>().Task;
    }

    /// <summary>It counts in whole seconds.</summary>
    private static TimeSpan Length(TimeSpan duration)
        => duration > s_shortestRun ? TimeSpan.FromSeconds(Math.Ceiling(duration.TotalSeconds)) : s_shortestRun;

    /// <summary>Of a scenario, a report and its folder: number of the run, function, load, and the port, which tells the server from its baseline.</summary>
    private static string NameOf(Uri server, CallMix mix, LoadShape shape, int run)
        => string.Create(
            CultureInfo.InvariantCulture,
            $"{run:D3}-{mix.Calls[0].Function}-{(shape.Rate is { } rate ? $"rate{rate:F0}" : $"c{shape.Connections}")}-port{server.Port}");

    /// <summary>It has no 10th, 90th and 99.9th percentile: they stay unknown, since a neighbour in their place would be a wrong figure.</summary>
    private static Measurement Read(ScenarioStats stats, IReadOnlyDictionary<string, long> errors)
    {
        var all = new Dictionary<string, long>(errors);
        var unnamed = stats.Fail.Request.Count - errors.Values.Sum();
        if (unnamed > 0)
        {
            all["failed"] = unnamed; // of its own making: none of our calls came back with it
        }

        return new Measurement
        {
            RequestsPerSecond = stats.Ok.Request.RPS,
            Succeeded = stats.Ok.Request.Count,
            Failed = stats.Fail.Request.Count,
            P50Us = stats.Ok.Request.Count > 0 ? stats.Ok.Latency.Percent50 * 1000 : double.NaN,
            P99Us = stats.Ok.Request.Count > 0 ? stats.Ok.Latency.Percent99 * 1000 : double.NaN,
            RefusalP99Us = stats.Fail.Request.Count > 0 ? stats.Fail.Latency.Percent99 * 1000 : double.NaN,
            Errors = all,
        };
    }
}
