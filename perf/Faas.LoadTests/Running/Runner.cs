using System.Globalization;
using Faas.LoadTests.Drivers;
using Faas.LoadTests.Scenarios;
using Faas.LoadTests.Targets;
using Faas.PerfCompare.Record;

namespace Faas.LoadTests.Running;

/// <summary>
/// Runs the selected cases: one server for cases with equal settings, each repetition of a case right after one of its
/// baseline, so that both see the same mood of the machine. A case that cannot run is listed with its reason.
/// </summary>
internal sealed class Runner(ILoadDriver driver, RunOptions options, TextWriter log) : IAsyncDisposable
{
    private const int PeakConnections = 64; // the load that the shares of peak refer to

    private readonly Dictionary<(BaselineKind Kind, int Bytes), BaselineServer> _baselines = [];

    public List<CaseRecord> Cases { get; } = [];

    public List<(string Id, string Reason)> NotRun { get; } = [];

    public async Task RunAsync(IEnumerable<IScenario> scenarios, CancellationToken cancellationToken)
    {
        foreach (var scenario in scenarios.Where(options.SelectsScenario))
        {
            await log.WriteLineAsync($"{scenario.Name}: {scenario.Question}");
            var groups = scenario.Cases(options.Scale)
                .Where(load => options.Selects(scenario.Name, $"{scenario.Name}/{load.Name}"))
                .GroupBy(load => load.Server);
            foreach (var group in groups)
            {
                await RunGroupAsync(scenario, group.Key, [.. group], cancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var baseline in _baselines.Values)
        {
            await baseline.DisposeAsync();
        }
    }

    private async Task RunGroupAsync(IScenario scenario, ServerSettings settings, LoadCase[] cases, CancellationToken cancellationToken)
    {
        try
        {
            await using var server = await FaasServer.StartAsync(settings, cancellationToken);
            double? peak = null;
            foreach (var load in cases)
            {
                var id = $"{scenario.Name}/{load.Name}";
                try
                {
                    foreach (var function in load.Functions)
                    {
                        await server.DeployAsync(function, cancellationToken);
                    }

                    var first = load.Mix.Calls[0];
                    await server.InvokeAsync(first.Function, first.Input, cancellationToken);
                    if (load.Shape.ShareOfPeak is not null)
                    {
                        peak ??= await PeakAsync(server, load.Mix, cancellationToken);
                    }

                    await RunCaseAsync(scenario.Name, load, server, peak, cancellationToken);
                }
                catch (Exception refused) when (refused is InvalidOperationException or HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
                {
                    Skip(id, refused.Message);
                }
            }
        }
        catch (Exception unusable) when (unusable is InvalidOperationException or TimeoutException)
        {
            foreach (var load in cases)
            {
                Skip($"{scenario.Name}/{load.Name}", unusable.Message);
            }
        }
    }

    private async Task<double> PeakAsync(FaasServer server, CallMix mix, CancellationToken cancellationToken)
    {
        var run = await driver.RunAsync(server.Address, mix, LoadShape.Closed(PeakConnections), new RunTime(options.Warmup, options.Duration), seed: 0, cancellationToken);
        await log.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  peak with {PeakConnections} connections: {run.RequestsPerSecond:N0}/s"));
        return run.RequestsPerSecond;
    }

    private async Task RunCaseAsync(string scenario, LoadCase load, FaasServer server, double? peak, CancellationToken cancellationToken)
    {
        var shape = load.Shape.ShareOfPeak is { } share ? load.Shape with { Rate = Math.Round(share * peak!.Value) } : load.Shape;
        var description = load.Shape.ShareOfPeak is null
            ? shape.ToString()
            : string.Create(CultureInfo.InvariantCulture, $"{shape}, {shape.Rate:N0}/s");
        var measurements = new CaseMeasurements(scenario, load, description);
        var baseline = load.Baseline == BaselineKind.None ? null : await BaselineAsync(load);
        var time = new RunTime(options.Warmup, options.Duration);
        for (var repetition = 0; repetition < options.Repetitions; repetition++)
        {
            var seed = repetition + 1;
            if (baseline is not null)
            {
                var (run, cpu) = await MeasureAsync(baseline.Address, baseline.ProcessId, load.Mix, shape, time, seed, cancellationToken);
                measurements.AddBaseline(run, cpu);
            }

            var (own, ownCpu) = await MeasureAsync(server.Address, server.ProcessId, load.Mix, shape, time, seed, cancellationToken);
            measurements.Add(own, ownCpu);
        }

        var record = measurements.ToRecord();
        Cases.Add(record);
        await log.WriteLineAsync("  " + CaseLine.Of(record));
    }

    private async Task<(Measurement Run, double CpuSeconds)> MeasureAsync(
        Uri address, int processId, CallMix mix, LoadShape shape, RunTime time, int seed, CancellationToken cancellationToken)
    {
        // The warm-up is a run of its own, so that the processor time read around the second belongs to it alone.
        await driver.RunAsync(address, mix, shape, new RunTime(TimeSpan.Zero, time.Warmup), seed, cancellationToken);
        var before = ProcessTree.CpuSeconds(processId);
        var run = await driver.RunAsync(address, mix, shape, new RunTime(TimeSpan.Zero, time.Duration), seed, cancellationToken);
        return (run, ProcessTree.CpuSeconds(processId) - before);
    }

    private async Task<BaselineServer> BaselineAsync(LoadCase load)
    {
        var key = (load.Baseline, load.BaselineBodyBytes);
        if (!_baselines.TryGetValue(key, out var server))
        {
            server = load.Baseline == BaselineKind.Node
                ? await BaselineServer.StartNodeAsync()
                : await BaselineServer.StartKestrelAsync(load.BaselineBodyBytes);
            _baselines[key] = server;
        }

        return server;
    }

    private void Skip(string id, string reason)
    {
        NotRun.Add((id, reason));
        log.WriteLine($"  {id}: NOT RUN: {reason}");
    }
}
