using System.Diagnostics;
using System.Globalization;
using Faas.LoadTests.Drivers;
using Faas.LoadTests.Scenarios;
using Faas.LoadTests.Targets;
using Faas.Supervisor.Lab.Replaying;
using Faas.Supervisor.Lab.Traces;
using Faas.Supervisor.Scheduling;
using Trace = Faas.Supervisor.Lab.Traces.Trace;

namespace Faas.LoadTests.Lab;

/// <summary>
/// Records a load on a real server, replays the trace under every strategy, runs the same load (same arrivals, same calls) on a real server of
/// every strategy, and prints both side by side.
/// </summary>
internal sealed class AgreementRun(AgreementCase agreement, TimeSpan length, TextWriter output)
{
    private const int Connections = 512; // more than ever wait: the client is never the queue
    private const int Seed = 1;
    private const int CalibrationRounds = 100_000_000; // a tenth of a second or more: the way there and back does not matter
    private static readonly TimeSpan s_warmup = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_calibration = TimeSpan.FromSeconds(1);

    private readonly BuiltInDriver _driver = new();
    private double _perMicrosecond = 1;
    private double _rate;

    /// <param name="traceFile">Keeps the trace, or null.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public async Task RunAsync(string? traceFile, CancellationToken cancellationToken)
    {
        Trace trace;
        await using (var server = await StartAsync("RR", cancellationToken))
        {
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

            trace = TraceReader.Read(bytes);
        }

        var options = new ReplayOptions { Processors = agreement.PinsWorkers ? 1 : 0 };
        var load = ReplayLoad.Of(trace, options);
        List<double> replayed = [];
        List<double> real = [];
        await output.WriteLineAsync("strategy  replay p50 / p99 ms  replay imbalance  real p50 / p99 ms  failed");
        foreach (var strategy in StrategyCatalog.Names)
        {
            var figures = Replayer.Run(load, options, strategy, agreement.Workers);
            await using var server = await StartAsync(strategy, cancellationToken);
            await WarmUpAsync(server, cancellationToken);
            var run = await LoadAsync(server, cancellationToken);
            replayed.Add(figures.Latency(99));
            real.Add(run.P99Us);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{strategy,-8}  {figures.Latency(50) / 1e6,8:F2} / {figures.Latency(99) / 1e6,8:F2}  {figures.Imbalance,15:F2}  {run.P50Us / 1e3,8:F2} / {run.P99Us / 1e3,8:F2}  {run.Failed,6}"));
        }

        var recorded = RecordedFigures.Of(trace)!;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"recorded under RR: p50 {recorded.Latency(50) / 1e6:F2} ms, p99 {recorded.Latency(99) / 1e6:F2} ms, imbalance {recorded.Imbalance:F2}, {trace.Invocations.Length:N0} invocations"));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Spearman's correlation of the p99: {RankCorrelation.Spearman(replayed, real):F2}"));
    }

    private CallMix Mix => new(AgreementCase.HeavyTail.Select(entry => (
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
            _rate = Math.Round(agreement.Utilisation * agreement.Workers * 1e6 / AgreementCase.HeavyTail.Sum(entry => entry.Us * entry.Share));
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
