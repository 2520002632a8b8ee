using System.Globalization;
using Faas.PerfCompare.Record;
using Faas.Scenarios.Drivers;
using Faas.Scenarios.Targets;

namespace Faas.Scenarios.Running;

/// <summary>
/// Runs the selected probes and cases: one server for cases with equal settings, each repetition of a case in turn with
/// one of its baseline. What cannot run is listed with its reason, and the rest goes on.
/// </summary>
internal sealed class Runner : IAsyncDisposable
{
    private readonly ILoadDriver _driver;
    private readonly ILoadDriver _warmer;
    private readonly RunOptions _options;
    private readonly CaseMeter _meter;
    private readonly FunctionDataSets _data = new();
    private readonly BaselineServers _baselines;
    private readonly RunPlan _plan;
    private readonly RunProgress _progress;
    private readonly Dictionary<string, double> _peaks = [];
    private FaasServer? _usual; // most scenarios want a server with the defaults: it is started and warmed once

    /// <param name="driver">Measures.</param>
    /// <param name="warmer">Loads before each measurement.</param>
    /// <param name="options">How much is measured.</param>
    /// <param name="plan">What, in its order.</param>
    /// <param name="log">Where it says how far it is.</param>
    public Runner(ILoadDriver driver, ILoadDriver warmer, RunOptions options, RunPlan plan, TextWriter log)
    {
        _driver = driver;
        _warmer = warmer;
        _options = options;
        _meter = new CaseMeter(driver, warmer, new RunTime(options.Warmup, options.Duration));
        _baselines = new BaselineServers(warmer, _data);
        _plan = plan;
        _progress = new RunProgress(log, _plan.Total);
    }

    public List<CaseRecord> Cases { get; } = [];

    public List<(string Id, string Reason)> NotRun { get; } = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var probe in _plan.Probes)
        {
            _progress.Begin(probe.Name, probe.ExpectedTime(_options.Scale), probe.Question);
            await TryAsync([probe.Name], async () => Keep(await probe.MeasureAsync(_options.Scale, _data, cancellationToken)), cancellationToken);
        }

        foreach (var (scenario, groups, expected) in _plan.Scenarios)
        {
            _progress.Begin(scenario.Name, expected, scenario.Question);
            foreach (var group in groups)
            {
                await RunGroupAsync(scenario, group.Key, [.. group], cancellationToken);
            }
        }

        _progress.Begin("report", _plan.Report, "");
    }

    /// <summary>After the report: what took how long, against the plan.</summary>
    public void Finish() => _progress.Finish();

    public async ValueTask DisposeAsync()
    {
        await _baselines.DisposeAsync();
        if (_usual is not null)
        {
            await _usual.DisposeAsync();
        }

        _data.Dispose();
    }

    private async Task RunGroupAsync(IScenario scenario, ServerSettings settings, LoadCase[] cases, CancellationToken cancellationToken)
    {
        var ids = cases.ToDictionary(load => load, load => $"{scenario.Name}/{load.Name}");
        await TryAsync([.. ids.Values.Except(Cases.Select(found => found.Id))], async () =>
        {
            if (settings == RunPlan.Usual)
            {
                if (_usual is { HasExited: true } dead)
                {
                    _usual = null; // what ended it is listed with its case; the other cases get a new one
                    await dead.DisposeAsync();
                }

                await RunCasesAsync(_usual ??= await StartAsync(settings with { DataSet = ServerSettings.UsualDataSet }, cases[0], cancellationToken));
                return;
            }

            await using var server = await StartAsync(settings, cases[0], cancellationToken);
            await RunCasesAsync(server);
        }, cancellationToken);

        async Task RunCasesAsync(FaasServer server)
        {
            foreach (var load in cases)
            {
                await TryAsync([ids[load]], () => RunCaseAsync(scenario, load, server, cancellationToken), cancellationToken);
            }
        }
    }

    private async Task<FaasServer> StartAsync(ServerSettings settings, LoadCase load, CancellationToken cancellationToken)
    {
        var server = await FaasServer.StartAsync(settings, cancellationToken, _data.For(settings));
        try
        {
            await DeployAsync(server, load, cancellationToken);
            await WarmUp.RunAsync(_warmer, server, load.Mix, Math.Min(64, load.Shape.Connections), cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private static async Task DeployAsync(FaasServer server, LoadCase load, CancellationToken cancellationToken)
    {
        await server.DeployAsync(load.Functions, cancellationToken);
        var first = load.Mix.Calls[0];
        for (var i = 0; i < 2 * load.Server.Workers; i++)
        {
            await server.InvokeAsync(first.Function, first.Input, cancellationToken); // every worker has it, and its interpreter
        }
    }

    private async Task RunCaseAsync(IScenario scenario, LoadCase load, FaasServer server, CancellationToken cancellationToken)
    {
        await DeployAsync(server, load, cancellationToken);
        var shape = load.Shape.Peak is { } peak
            ? load.Shape with { Rate = Math.Round(peak.Share * await PeakAsync(scenario.Name, peak, load, server, cancellationToken)) }
            : load.Shape;
        var measurements = new CaseMeasurements(scenario.Name, load, shape.ToString());
        var baseline = await _baselines.ForAsync(load, cancellationToken);
        await _meter.RepeatAsync(load, shape, (0, _options.Repetitions), baseline, [(server, measurements)], cancellationToken);
        Keep([measurements.ToRecord()]);
    }

    private async Task<double> PeakAsync(string scenario, PeakShare peak, LoadCase load, FaasServer server, CancellationToken cancellationToken)
    {
        var key = $"{scenario} {peak.Key}";
        if (!_peaks.TryGetValue(key, out var rate))
        {
            var time = new RunTime(TimeSpan.Zero, RunOptions.PeakLength * load.Stretch * _options.Duration);
            var run = await _driver.RunAsync(server.Address, load.Mix, LoadShape.Closed(peak.Connections), time, seed: 0, cancellationToken);
            _peaks[key] = rate = run.RequestsPerSecond;
            _progress.Say(string.Create(CultureInfo.InvariantCulture, $"  peak with {peak.Connections} connections: {rate:N0}/s"));
        }

        return rate;
    }

    private void Keep(IEnumerable<CaseRecord> records)
    {
        foreach (var record in records)
        {
            Cases.Add(record);
            _progress.Say("  " + CaseLine.Of(record));
        }
    }

    /// <summary>One thing that fails is one line of the report, whatever it is.</summary>
    private async Task TryAsync(string[] ids, Func<Task> run, CancellationToken cancellationToken)
    {
        try
        {
            await run();
        }
        catch (Exception failed) when (!cancellationToken.IsCancellationRequested)
        {
            foreach (var id in ids.Except(NotRun.Select(entry => entry.Id)).Except(Cases.Select(found => found.Id)))
            {
                NotRun.Add((id, failed.Message));
                _progress.Say($"  {id}: NOT RUN: {failed.Message}");
            }
        }
    }
}
