using Faas.LoadTests.Drivers;
using Faas.PerfCompare.Record;
using Faas.Scenarios;
using Faas.Scenarios.Drivers;
using Faas.Scenarios.Running;
using Faas.Scenarios.Targets;

namespace Faas.LoadTests.Gate;

/// <summary>
/// Measures the gate's cases on one build or two, every repetition in turn with a bare Kestrel. Each server is started
/// more than once: what differs from start to start (where memory lies, what the JIT saw first) is larger than what
/// differs within one.
/// </summary>
internal sealed class GateMeasurement(TextWriter log)
{
    private const int Starts = 2;
    private const int RepetitionsOfStart = 4;

    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(0.3);
    private static readonly TimeSpan s_warmup = TimeSpan.FromSeconds(0.05);

    private readonly BuiltInDriver _driver = new();

    /// <summary>About how long the cases take.</summary>
    public static TimeSpan ExpectedTime(IReadOnlyCollection<LoadCase> cases, int builds)
        => cases.Count * Starts * RepetitionsOfStart * (builds + 1) * (s_duration + s_warmup + TimeSpan.FromMilliseconds(20))
            + cases.Select(load => load.Server).Distinct().Count() * Starts * builds * (WarmUp.ExpectedTime + TimeSpan.FromSeconds(0.8));

    /// <param name="cases">Of <see cref="GateSet"/>.</param>
    /// <param name="builds">Folders of the builds; null = the one under test.</param>
    /// <param name="cancellationToken">Ends the run early.</param>
    /// <returns>The records of each build.</returns>
    public async Task<IReadOnlyList<CaseRecord[]>> RunAsync(IReadOnlyCollection<LoadCase> cases, IReadOnlyList<string?> builds, CancellationToken cancellationToken)
    {
        var meter = new CaseMeter(_driver, _driver, new RunTime(s_warmup, s_duration));
        using var data = new FunctionDataSets();
        await using var baselines = new BaselineServers(_driver, data);
        var measurements = builds.Select(_ => cases.ToDictionary(load => load, load => new CaseMeasurements(GateSet.Name, load, load.Shape.ToString()))).ToArray();
        for (var start = 0; start < Starts; start++)
        {
            foreach (var group in cases.GroupBy(load => load.Server))
            {
                await using var servers = new ServerSet<IMeasuredServer>();
                if (!await TryStartAsync(servers, data, group.Key, group.First(), builds, cancellationToken))
                {
                    continue;
                }

                foreach (var load in group)
                {
                    await meter.RepeatAsync(
                        load,
                        load.Shape,
                        (start * RepetitionsOfStart, RepetitionsOfStart),
                        await baselines.ForAsync(load, cancellationToken),
                        [.. servers.All.Select((server, side) => (server, measurements[side][load]))],
                        cancellationToken);
                    await log.WriteLineAsync($"  {start + 1}/{Starts} {GateSet.Name}/{load.Name}");
                }
            }
        }

        return [.. measurements.Select(side => side.Where(entry => entry.Value.Runs.Count > 0).Select(entry => Judged(entry.Key, entry.Value.ToRecord())).ToArray())];
    }

    /// <summary>False when an older build does not know the settings, a transport for example: then there is nothing to compare. The build under test must.</summary>
    private async Task<bool> TryStartAsync(
        ServerSet<IMeasuredServer> servers, FunctionDataSets data, ServerSettings settings, LoadCase load, IReadOnlyList<string?> builds, CancellationToken cancellationToken)
    {
        foreach (var build in builds)
        {
            var own = settings with { BinFolder = build };
            try
            {
                var server = await FaasServer.StartAsync(own, cancellationToken, data.For(own));
                servers.Add(server);
                await server.DeployAsync(FunctionSource.Hello, cancellationToken);
            }
            catch (InvalidOperationException unknown) when (build is not null)
            {
                await log.WriteLineAsync($"  {GateSet.Name}/{load.Name} is not measured: the older build says: {unknown.Message}");
                return false;
            }
        }

        await WarmUp.RunAsync(_driver, servers.All, load.Mix, 64, cancellationToken);
        return true;
    }

    private static CaseRecord Judged(LoadCase load, CaseRecord record) => record with
    {
        Metrics = record.Metrics.ToDictionary(metric => metric.Key, metric => metric.Value with { Gated = GateSet.Judges(load, metric.Key) }),
    };
}
