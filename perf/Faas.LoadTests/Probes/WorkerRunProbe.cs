using Faas.LoadTests.Drivers;
using Faas.PerfCompare.Record;
using Faas.PerfCompare.Statistics;
using Faas.Scenarios;
using Faas.Scenarios.Drivers;
using Faas.Scenarios.Running;
using Faas.Scenarios.Targets;

namespace Faas.LoadTests.Probes;

/// <summary>
/// Where the time of an invocation goes, by its receipt: read from single calls while others keep the workers busy, so
/// that caches are as warm as in service.
/// </summary>
internal sealed class WorkerRunProbe : IProbe
{
    private const int Connections = 16;
    private const int ReceiptsOfSample = 20;

    public string Name => "receipt";

    public string Question => "What do the receipts say of C hello, fresh instance to output?";

    public TimeSpan ExpectedTime(Scale scale) => Duration(scale) + TimeSpan.FromSeconds(2);

    public async Task<IReadOnlyList<CaseRecord>> MeasureAsync(Scale scale, FunctionDataSets data, CancellationToken cancellationToken)
    {
        var settings = new ServerSettings();
        await using var server = await FaasServer.StartAsync(settings, cancellationToken, data.For(settings));
        await server.DeployAsync(FunctionSource.Hello, cancellationToken);
        var warmup = TimeSpan.FromSeconds(1);
        var load = new BuiltInDriver().RunAsync(
            server.Address, CallMix.Only(Call.Of(FunctionSource.Hello)), LoadShape.Closed(Connections), new RunTime(warmup, Duration(scale)), seed: 1, cancellationToken);
        var started = TimeProvider.System.GetTimestamp();
        var receipts = new List<InvocationReceipt>();
        while (!load.IsCompleted)
        {
            var receipt = await server.InvokeForReceiptAsync(FunctionSource.Hello.Name, cancellationToken);
            if (TimeProvider.System.GetElapsedTime(started) > warmup && receipt.Start == "warm")
            {
                receipts.Add(receipt);
            }
        }

        await load;
        return
        [
            new CaseRecord
            {
                Id = $"{Name}/hello",
                Scenario = Name,
                Description = $"C hello beside {Connections} busy connections, {receipts.Count} receipts; the worker's run: lower quartile of {ReceiptsOfSample} each (the slower ones lost their processor to another process)",
                Metrics = new Dictionary<string, MetricRecord>
                {
                    [MetricRecord.WorkerRun] = MetricRecord.Of(
                        Better.Lower, receipts.Chunk(ReceiptsOfSample).Select(chunk => Sample.Quantile([.. chunk.Select(receipt => receipt.RunUs)], 0.25))),
                    ["queueUs"] = MetricRecord.Of(Better.Lower, receipts.Select(receipt => receipt.QueueUs)),
                    ["sendUs"] = MetricRecord.Of(Better.Lower, receipts.Select(receipt => receipt.SendUs)),
                    ["totalUs"] = MetricRecord.Of(Better.Lower, receipts.Select(receipt => receipt.TotalUs)),
                },
            },
        ];
    }

    private static TimeSpan Duration(Scale scale) => TimeSpan.FromSeconds(scale == Scale.Quick ? 1.5 : 4);
}
