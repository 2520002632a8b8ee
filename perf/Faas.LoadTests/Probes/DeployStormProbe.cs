using System.Collections.Concurrent;
using System.Text;
using Faas.PerfCompare.Record;
using Faas.PerfCompare.Statistics;
using Faas.Scenarios;
using Faas.Scenarios.Running;
using Faas.Scenarios.Targets;

namespace Faas.LoadTests.Probes;

/// <summary>Many deploys at once; afterwards every function that was acknowledged is invoked.</summary>
internal sealed class DeployStormProbe : IProbe
{
    private const int Parallel = 32;

    public string Name => "storm";

    public string Question => "How many deploys a second are taken when many come at once, and is every acknowledged one invocable?";

    public TimeSpan ExpectedTime(Scale scale) => TimeSpan.FromSeconds(scale == Scale.Quick ? 10 : 36);

    public async Task<IReadOnlyList<CaseRecord>> MeasureAsync(Scale scale, FunctionDataSets data, CancellationToken cancellationToken) =>
    [
        await StormAsync("wasm", "text modules, compiled to native code", scale == Scale.Quick ? 300 : 1000, FunctionSource.Tiny, cancellationToken),
        await StormAsync("c", "C sources of different content", scale == Scale.Quick ? 40 : 200, CSource, cancellationToken),
    ];

    private async Task<CaseRecord> StormAsync(string name, string what, int count, Func<int, FunctionSource> source, CancellationToken cancellationToken)
    {
        // A server and a folder of its own: nothing is compiled yet.
        await using var server = await FaasServer.StartAsync(new ServerSettings(), cancellationToken);
        var times = new ConcurrentBag<double>();
        var errors = new ConcurrentDictionary<string, long>();
        var functions = Enumerable.Range(0, count).Select(source).ToArray();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken };
        var acknowledged = new ConcurrentBag<FunctionSource>();
        var started = TimeProvider.System.GetTimestamp();
        await System.Threading.Tasks.Parallel.ForEachAsync(functions, options, async (function, token) =>
        {
            var sent = TimeProvider.System.GetTimestamp();
            try
            {
                await server.DeployAsync(function, token);
                acknowledged.Add(function);
                times.Add(TimeProvider.System.GetElapsedTime(sent).TotalMilliseconds);
            }
            catch (InvalidOperationException)
            {
                errors.AddOrUpdate("deploy_refused", 1, (_, known) => known + 1);
            }
        });
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        await System.Threading.Tasks.Parallel.ForEachAsync(acknowledged, options, async (function, token) =>
        {
            try
            {
                await server.InvokeAsync(function.Name, [], token);
            }
            catch (InvalidOperationException)
            {
                errors.AddOrUpdate("acknowledged_not_invocable", 1, (_, known) => known + 1);
            }
        });
        return new CaseRecord
        {
            Id = $"{Name}/{name}",
            Scenario = Name,
            Description = $"{count} {what}, {Parallel} at a time",
            Metrics = new Dictionary<string, MetricRecord>
            {
                [MetricRecord.DeploysPerSecond] = MetricRecord.Of(Better.Higher, [acknowledged.Count / seconds]),
                [MetricRecord.DeployP99] = MetricRecord.Of(Better.Lower, [Sample.Quantile(times, 0.99)]),
            },
            Errors = new Dictionary<string, long>(errors),
        };
    }

    private static FunctionSource CSource(int number)
        => new($"storm{number:D4}", "c", Encoding.UTF8.GetBytes($$"""
            #include <stdio.h>
            int main(void) { printf("Hello from function %d\n", {{number}}); return 0; }
            """));
}
