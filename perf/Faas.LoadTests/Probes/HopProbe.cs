using Faas.LoadTests.Hop;
using Faas.PerfCompare.Record;
using Faas.Scenarios;
using Faas.Scenarios.Running;
using Faas.Scenarios.Targets;

namespace Faas.LoadTests.Probes;

/// <summary>The two ratios of <c>hop</c>, with wrk where it is installed.</summary>
internal sealed class HopProbe : IProbe
{
    private const int LoadsOfRound = 4;

    public string Name => "hop";

    public string Question => "What does the way through supervisor and worker cost beside a bare web server and a bare socket?";

    public TimeSpan ExpectedTime(Scale scale) => (Rounds(scale) + 0.5) * (LoadsOfRound * Duration(scale) + TimeSpan.FromSeconds(0.6));

    public async Task<IReadOnlyList<CaseRecord>> MeasureAsync(Scale scale, FunctionDataSets data, CancellationToken cancellationToken)
    {
        var settings = new ServerSettings();
        await using var server = await FaasServer.StartAsync(settings, cancellationToken, data.For(settings));
        await using var kestrel = await BaselineServer.StartKestrelAsync();
        await server.DeployAsync(FunctionSource.Hello, cancellationToken);
        var measurement = new HopMeasurement(server, kestrel, WrkRun.IsInstalled, Duration(scale));
        await measurement.WarmAsync(cancellationToken);
        var rounds = new List<HopRound>();
        for (var i = 0; i < Rounds(scale); i++)
        {
            rounds.Add(await measurement.RoundAsync(cancellationToken));
        }

        return
        [
            new CaseRecord
            {
                Id = $"{Name}/w4",
                Scenario = Name,
                Description = $"4 workers, C hello, by {(WrkRun.IsInstalled ? "wrk -t1" : "the built-in driver")}",
                Metrics = new Dictionary<string, MetricRecord>
                {
                    [MetricRecord.ThroughputRatio] = MetricRecord.Of(Better.Higher, rounds.Select(round => round.ThroughputRatio)),
                    [MetricRecord.LatencyRatio] = MetricRecord.Of(Better.Lower, rounds.Select(round => round.LatencyRatio)),
                    ["faas64PerSecond"] = MetricRecord.Of(Better.Higher, rounds.Select(round => round.Faas64.RequestsPerSecond)),
                    ["kestrel64PerSecond"] = MetricRecord.Of(Better.Higher, rounds.Select(round => round.Kestrel64.RequestsPerSecond)),
                    ["faas64CpuUs"] = MetricRecord.Of(Better.Lower, rounds.Select(round => round.Faas64.CpuUs)),
                    ["kestrel64CpuUs"] = MetricRecord.Of(Better.Lower, rounds.Select(round => round.Kestrel64.CpuUs)),
                    ["faas1P50Us"] = MetricRecord.Of(Better.Lower, rounds.Select(round => round.Faas1.P50Us)),
                    ["kestrel1P50Us"] = MetricRecord.Of(Better.Lower, rounds.Select(round => round.Kestrel1.P50Us)),
                    ["unixRoundTripUs"] = MetricRecord.Of(Better.Lower, rounds.Select(round => round.UnixRoundTripUs)),
                },
                Errors = rounds.Any(round => round.Failed) ? new Dictionary<string, long> { ["rounds_with_failures"] = rounds.Count(round => round.Failed) } : new Dictionary<string, long>(),
            },
        ];
    }

    private static int Rounds(Scale scale) => scale == Scale.Quick ? 3 : 5;

    private static TimeSpan Duration(Scale scale) => TimeSpan.FromSeconds(scale == Scale.Quick ? 1 : 2);
}
