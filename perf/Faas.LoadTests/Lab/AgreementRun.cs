using System.Diagnostics;
using System.Globalization;
using Faas.Lab.Replaying;
using Faas.LoadTests.Drivers;
using Faas.Scenarios;
using Faas.Scenarios.Drivers;
using Faas.Scenarios.Targets;
using Faas.Supervisor.Recording.Traces;
using Faas.Supervisor.Scheduling;
using Trace = Faas.Supervisor.Recording.Traces.Trace;

namespace Faas.LoadTests.Lab;

/// <summary>
/// Records a load on a real server, replays the trace under every strategy, runs the same load (same arrivals, same calls) on a real server of
/// every strategy, several times in turns, and prints both side by side.
/// </summary>
internal sealed class AgreementRun(AgreementCase agreement, TimeSpan length, int repetitions, TextWriter output)
{
    private const int Connections = 512; // more than ever wait: the client is never the queue
    private const int Seed = 1;
    private const int ReplaySeeds = 9; // of the strategies that draw; their median
    private const int CalibrationRounds = 100_000_000; // a tenth of a second or more: the way there and back does not matter
    private const int SpeedCalls = 50; // of each worker
    private static readonly TimeSpan s_warmup = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_calibration = TimeSpan.FromSeconds(1);

    private readonly BuiltInDriver _driver = new();
    private double _perMicrosecond = 1;
    private double _rate;

    /// <param name="traceFile">Keeps the trace, or null.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task RunAsync(string? traceFile, CancellationToken cancellationToken)
    {
        var trace = await RecordAsync(traceFile, cancellationToken);
        await using var servers = new ServerSet<FaasServer>();
        foreach (var strategy in StrategyCatalog.Names)
        {
            servers.Add(await StartAsync(strategy, cancellationToken));
        }

        var speed = 1.0;
        if (agreement.SlowFirstWorker > 0)
        {
            foreach (var server in servers.All)
            {
                server.SlowFirstWorker(agreement.SlowFirstWorker);
            }

            speed = await SpeedOfFirstAsync(servers.All[0], cancellationToken);
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"the first worker has {speed:F2} of the others' speed"));
        }

        var table = new AgreementTable(StrategyCatalog.Names);
        var options = new ReplayOptions { Processors = agreement.PinsWorkers ? 1 : 0, Speeds = [speed, .. Enumerable.Repeat(1.0, agreement.Workers - 1)] };
        var load = ReplayLoad.Of(trace, options);
        foreach (var strategy in StrategyCatalog.Names)
        {
            for (var seed = 1; seed <= ReplaySeeds; seed++)
            {
                table.AddReplayed(strategy, Replayer.Run(load, options with { Seed = seed }, strategy, agreement.Workers).Latency);
            }
        }

        foreach (var server in servers.All)
        {
            await WarmUpAsync(server, cancellationToken);
        }

        for (var repetition = 0; repetition < repetitions; repetition++)
        {
            for (var i = 0; i < servers.All.Count; i++)
            {
                var run = await LoadAsync(servers.All[i], cancellationToken);
                table.AddReal(StrategyCatalog.Names[i], percentile => run.Latencies!.UsAt(percentile) * 1000);
                if (run.Failed > 0)
                {
                    await output.WriteLineAsync($"{StrategyCatalog.Names[i]}: {run.Failed} calls failed");
                }
            }

            await output.WriteLineAsync($"repetition {repetition + 1} of {repetitions}");
        }

        var recorded = RecordedFigures.Of(trace)!;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"recorded under RR: p50 {recorded.Latency(50) / 1e6:F2} ms, p99 {recorded.Latency(99) / 1e6:F2} ms, {trace.Invocations.Length:N0} invocations; real: median (least to most) of {repetitions}"));
        await output.WriteLineAsync();
        table.Write(output);
    }

    private async Task<Trace> RecordAsync(string? traceFile, CancellationToken cancellationToken)
    {
        await using var server = await StartAsync("RR", cancellationToken);
        await CalibrateAsync(server, cancellationToken);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{agreement.Name}: {agreement.Workers} workers, {agreement.Slots} slots each, {_rate:N0} arrivals/s for {length.TotalSeconds:N0} s"));
        await WarmUpAsync(server, cancellationToken);
        var recording = server.RecordAsync(length + s_warmup, cancellationToken);
        await LoadAsync(server, cancellationToken);
        var bytes = await recording;
        if (traceFile is not null)
        {
            await File.WriteAllBytesAsync(traceFile, bytes, cancellationToken);
        }

        return TraceReader.Read(bytes);
    }

    // One call at a time, in turns: RR gives every worker the same number of them.
    private async Task<double> SpeedOfFirstAsync(FaasServer server, CancellationToken cancellationToken)
    {
        var times = new Dictionary<string, List<double>>();
        for (var i = 0; i < SpeedCalls * agreement.Workers; i++)
        {
            var receipt = await server.InvokeForReceiptAsync(agreement.Function.Name, cancellationToken, Mix.Calls[0].Input);
            times.TryAdd(receipt.Worker, []);
            times[receipt.Worker].Add(receipt.TotalUs);
        }

        double[] means = [.. times.Values.Select(values => values.Average())];
        return (means.Sum() - means.Max()) / (means.Length - 1) / means.Max();
    }

    private CallMix Mix => new(agreement.Durations.Select(entry => (
        new Call(agreement.Function.Name, System.Text.Encoding.ASCII.GetBytes(((long)(entry.Us * _perMicrosecond)).ToString(CultureInfo.InvariantCulture))), entry.Share)));

    private async Task<FaasServer> StartAsync(string strategy, CancellationToken cancellationToken)
    {
        var server = await FaasServer.StartAsync(agreement.Server(strategy), cancellationToken);
        await server.DeployAsync(agreement.Function, cancellationToken);
        if (agreement.PinsWorkers)
        {
            server.PinWorkers();
        }

        return server;
    }

    // What a call takes on this machine, and how many a second the pool can do.
    private async Task CalibrateAsync(FaasServer server, CancellationToken cancellationToken)
    {
        if (agreement.PinsWorkers)
        {
            var best = double.MaxValue;
            for (var i = 0; i < 3; i++)
            {
                var started = Stopwatch.GetTimestamp();
                await server.InvokeAsync(agreement.Function.Name, System.Text.Encoding.ASCII.GetBytes(CalibrationRounds.ToString(CultureInfo.InvariantCulture)), cancellationToken);
                best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMicroseconds);
            }

            _perMicrosecond = CalibrationRounds / best;
            _rate = Math.Round(agreement.Utilisation * agreement.Workers * 1e6 / agreement.Durations.Sum(entry => entry.Us * entry.Share));
        }
        else
        {
            var run = await _driver.RunAsync(
                server.Address, Mix, LoadShape.Closed(agreement.Workers * agreement.Slots), new RunTime(s_calibration, 2 * s_calibration), Seed, cancellationToken);
            _rate = Math.Round(agreement.Utilisation * run.RequestsPerSecond);
        }
    }

    private Task<Measurement> WarmUpAsync(FaasServer server, CancellationToken cancellationToken) =>
        _driver.RunAsync(server.Address, Mix, new LoadShape { Connections = Connections, Rate = _rate }, new RunTime(TimeSpan.Zero, s_warmup), Seed + 1, cancellationToken);

    private Task<Measurement> LoadAsync(FaasServer server, CancellationToken cancellationToken) =>
        _driver.RunAsync(server.Address, Mix, new LoadShape { Connections = Connections, Rate = _rate }, new RunTime(TimeSpan.Zero, length), Seed, cancellationToken);
}
