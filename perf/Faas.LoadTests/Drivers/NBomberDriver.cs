using System.Globalization;
using Faas.LoadTests.Scenarios;
using NBomber.CSharp;
using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace Faas.LoadTests.Drivers;

/// <summary>
/// The same scenarios under NBomber 4.1.2, the last version under Apache-2.0, for its HTML, Markdown and CSV reports.
/// Compiled with <c>-p:LoadDriver=NBomber</c> only. Its arrivals are not evenly spaced and its closed model counts a
/// little low, so figures recorded for comparison come from the built-in driver.
/// </summary>
internal sealed class NBomberDriver(string reportFolder) : ILoadDriver
{
    private static readonly TimeSpan s_reportingInterval = TimeSpan.FromSeconds(5); // the shortest it takes
    private static readonly TimeSpan s_shortestRun = TimeSpan.FromSeconds(2); // it counts in whole seconds

    private int _runs;

    public string Name => "NBomber 4.1.2";

    public async Task<Measurement> RunAsync(Uri server, CallMix mix, LoadShape shape, RunTime time, int seed, CancellationToken cancellationToken)
    {
        if (server.Scheme != Uri.UriSchemeHttp)
        {
            throw new InvalidOperationException("NBomber's scenario speaks HTTP only: leave this case to the built-in driver");
        }

        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = shape.Connections };
        using var client = new HttpClient(handler) { BaseAddress = server };
        using var random = new ThreadLocal<Random>(() => new Random(seed + Environment.CurrentManagedThreadId));
        var targets = mix.Calls.Select(call => "/invoke?fn=" + Uri.EscapeDataString(call.Function)).ToArray();
        var name = NameOf(server, mix, shape, Interlocked.Increment(ref _runs));
        var during = time.Duration > s_shortestRun ? time.Duration : s_shortestRun;

        var scenario = Scenario.Create(name, async _ =>
            {
                var call = mix.Next(random.Value!);
                using var body = new ByteArrayContent(mix.Calls[call].Input);
                using var answer = await client.PostAsync(targets[call], body, cancellationToken);
                var text = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
                answer.EnsureSuccessStatusCode(); // an exception is counted as a failed request
                return Response.Ok(statusCode: "200", sizeBytes: text.Length);
            })
            .WithMaxFailCount(int.MaxValue) // its 5,000 would end the whole test: what failed is counted, and the run's exit code tells
            .WithLoadSimulations(shape.Rate is { } rate
                ? Simulation.Inject(rate: Math.Max(1, (int)rate), interval: TimeSpan.FromSeconds(1), during: during)
                : Simulation.KeepConstant(copies: shape.Connections, during: during));
        scenario = time.Warmup > TimeSpan.Zero ? scenario.WithWarmUpDuration(time.Warmup) : scenario.WithoutWarmUp();

        // The folder is emptied by NBomber at its start: each run has one of its own, below one that is only for them.
        var stats = await Task.Run(
            () => NBomberRunner.RegisterScenarios(scenario)
                .WithTestSuite("minifaas")
                .WithTestName(name)
                .WithReportFolder(Path.Combine(reportFolder, name))
                .WithReportFileName(name)
                .WithReportFormats(ReportFormat.Html, ReportFormat.Md, ReportFormat.Csv, ReportFormat.Txt)
                .WithReportingInterval(s_reportingInterval)
                .Run(),
            cancellationToken);
        return Read(stats.GetScenarioStats(name));
    }

    /// <summary>Of a scenario, a report and its folder: number of the run, function, load, and the port, which tells the server from its baseline.</summary>
    private static string NameOf(Uri server, CallMix mix, LoadShape shape, int run)
        => string.Create(
            CultureInfo.InvariantCulture,
            $"{run:D3}-{mix.Calls[0].Function}-{(shape.Rate is { } rate ? $"rate{rate:F0}" : $"c{shape.Connections}")}-port{server.Port}");

    private static Measurement Read(ScenarioStats stats) => new()
    {
        RequestsPerSecond = stats.Ok.Request.RPS,
        Succeeded = stats.Ok.Request.Count,
        Failed = stats.Fail.Request.Count,
        P50Us = stats.Ok.Latency.Percent50 * 1000,
        P90Us = stats.Ok.Latency.Percent95 * 1000, // NBomber has no 90th; the 95th is the next above it
        P99Us = stats.Ok.Latency.Percent99 * 1000,
        P999Us = stats.Ok.Latency.MaxMs * 1000, // nor a 99.9th
        Errors = stats.Fail.Request.Count > 0
            ? new Dictionary<string, long> { ["failed"] = stats.Fail.Request.Count }
            : new Dictionary<string, long>(),
    };
}
