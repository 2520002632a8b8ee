using Faas.LoadTests.Drivers;
using Faas.PerfCompare.Record;
using Faas.Scenarios;
using Faas.Scenarios.Drivers;
using Faas.Scenarios.Running;
using Faas.Scenarios.Targets;

namespace Faas.LoadTests.Probes;

/// <summary>
/// Kills a worker of a server under load and waits until its replacement answers: there are as many children as before,
/// all of them ready, and a few calls have been answered by every one.
/// </summary>
internal sealed class CrashProbe : IProbe
{
    private const int Connections = 16;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(700); // the back-off of repeated crashes is another question

    public string Name => "crash";

    public string Question => "How long until a worker that was killed under load is replaced and serves?";

    public TimeSpan ExpectedTime(Scale scale) => Kills(scale) * (s_between + TimeSpan.FromMilliseconds(150)) + TimeSpan.FromSeconds(2);

    public async Task<IReadOnlyList<CaseRecord>> MeasureAsync(Scale scale, FunctionDataSets data, CancellationToken cancellationToken)
    {
        var settings = new ServerSettings();
        await using var server = await FaasServer.StartAsync(settings, cancellationToken, data.For(settings));
        await server.DeployAsync(FunctionSource.Hello, cancellationToken);
        var load = new BuiltInDriver().RunAsync(
            server.Address, CallMix.Only(Call.Of(FunctionSource.Hello)), LoadShape.Closed(Connections), new RunTime(TimeSpan.Zero, ExpectedTime(scale)), seed: 1, cancellationToken);
        var replaced = new List<double>();
        for (var i = 0; i < Kills(scale); i++)
        {
            await Task.Delay(s_between, cancellationToken);
            replaced.Add(await KillAsync(server, i, settings.Workers, cancellationToken));
        }

        var run = await load;
        return
        [
            new CaseRecord
            {
                Id = $"{Name}/kill",
                Scenario = Name,
                Description = $"kill -9 of one of {settings.Workers} workers, {Connections} connections of C hello, {replaced.Count} times; failed: {string.Join(", ", run.Errors.Select(error => $"{error.Key} {error.Value}"))}",
                Metrics = new Dictionary<string, MetricRecord>
                {
                    [MetricRecord.Replaced] = MetricRecord.Of(Better.Lower, replaced),
                    [MetricRecord.FailedPerCrash] = MetricRecord.Of(Better.Lower, [(double)run.Failed / replaced.Count]),
                },
                Errors = run.Errors.Where(error => error.Key != "worker_crashed").ToDictionary(error => error.Key, error => error.Value),
            },
        ];
    }

    private static async Task<double> KillAsync(FaasServer server, int turn, int workers, CancellationToken cancellationToken)
    {
        var before = ProcessTree.ChildrenOf(server.ProcessId);
        var victim = before[turn % before.Length];
        var started = TimeProvider.System.GetTimestamp();
        _ = LibcNativeMethods.kill(victim, LibcNativeMethods.SIGKILL);
        var answered = new HashSet<string>();
        while (answered.Count < workers)
        {
            if (TimeProvider.System.GetElapsedTime(started) > s_limit)
            {
                throw new InvalidOperationException($"no replacement of worker {victim} after {s_limit.TotalSeconds} s");
            }

            var now = ProcessTree.ChildrenOf(server.ProcessId);
            if (now.Contains(victim) || now.Length < workers || await server.ReadyWorkersAsync(cancellationToken) < workers)
            {
                answered.Clear();
                continue;
            }

            try
            {
                answered.Add((await server.InvokeForReceiptAsync(FunctionSource.Hello.Name, cancellationToken)).Worker);
            }
            catch (InvalidOperationException)
            {
                // worker_crashed: this call was with the dying one
            }
        }

        return TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
    }

    private static int Kills(Scale scale) => scale == Scale.Quick ? 6 : 20;
}
