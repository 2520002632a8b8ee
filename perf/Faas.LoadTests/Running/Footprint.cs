using Faas.LoadTests.Scenarios;
using Faas.LoadTests.Targets;
using Faas.PerfCompare.Record;

namespace Faas.LoadTests.Running;

/// <summary>What the server takes before anybody calls it: time from start to ready, and memory when idle.</summary>
internal static class Footprint
{
    public const string Name = "footprint";

    private const int Starts = 5;

    public static async Task<CaseRecord> MeasureAsync(CancellationToken cancellationToken)
    {
        var ready = new List<double>();
        var memory = new List<double>();
        for (var i = 0; i < Starts; i++)
        {
            await using var server = await FaasServer.StartAsync(new ServerSettings(), cancellationToken);
            ready.Add(server.StartToReady.TotalMilliseconds);
            await server.DeployAsync(FunctionSource.Hello, cancellationToken);
            await server.InvokeAsync(FunctionSource.Hello.Name, [], cancellationToken);
            memory.Add(ProcessTree.PssMib(server.ProcessId));
        }

        return new CaseRecord
        {
            Id = $"{Name}/w4",
            Scenario = Name,
            Description = "4 workers; memory of supervisor and workers after one deploy and one invocation",
            Metrics = new Dictionary<string, MetricRecord>
            {
                [MetricRecord.StartToReady] = new() { Better = Better.Lower, Samples = ready },
                [MetricRecord.IdleMemory] = new() { Better = Better.Lower, Gated = true, Samples = memory },
            },
        };
    }
}
