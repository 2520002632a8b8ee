using Faas.PerfCompare.Record;
using Faas.Scenarios;
using Faas.Scenarios.Running;
using Faas.Scenarios.Targets;

namespace Faas.LoadTests.Probes;

/// <summary>Time from start to four ready workers, and the memory of all five processes when idle.</summary>
internal sealed class FootprintProbe : IProbe
{
    public string Name => "footprint";

    public string Question => "What does the server take before anybody calls it?";

    public TimeSpan ExpectedTime(Scale scale) => Starts(scale) * TimeSpan.FromSeconds(0.8);

    public async Task<IReadOnlyList<CaseRecord>> MeasureAsync(Scale scale, FunctionDataSets data, CancellationToken cancellationToken)
    {
        var settings = new ServerSettings();
        var ready = new List<double>();
        var memory = new List<double>();
        for (var i = 0; i < Starts(scale); i++)
        {
            await using var server = await FaasServer.StartAsync(settings, cancellationToken, data.For(settings));
            ready.Add(server.StartToReady.TotalMilliseconds);
            await server.DeployAsync(FunctionSource.Hello, cancellationToken);
            await server.InvokeAsync(FunctionSource.Hello.Name, [], cancellationToken);
            memory.Add(ProcessTree.PssMib(server.ProcessId));
        }

        return
        [
            new CaseRecord
            {
                Id = $"{Name}/w4",
                Scenario = Name,
                Description = "4 workers; memory of supervisor and workers after one invocation",
                Metrics = new Dictionary<string, MetricRecord>
                {
                    [MetricRecord.StartToReady] = MetricRecord.Of(Better.Lower, ready),
                    [MetricRecord.IdleMemory] = MetricRecord.Of(Better.Lower, memory) with { Gated = true },
                },
            },
        ];
    }

    private static int Starts(Scale scale) => scale == Scale.Quick ? 5 : 11;
}
