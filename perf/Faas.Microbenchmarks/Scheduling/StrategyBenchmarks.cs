using BenchmarkDotNet.Attributes;
using Faas.Supervisor.Scheduling;

namespace Faas.Microbenchmarks.Scheduling;

/// <summary>One lease and its return, half of all slots taken: what scheduling costs an invocation.</summary>
public class StrategyBenchmarks
{
    private const int SlotsPerWorker = 4;

    private Scheduler _scheduler = null!;
    private uint _function;

    [Params(4, 64, 1024)]
    public int Workers { get; set; }

    [ParamsSource(nameof(Strategies))]
    public string Strategy { get; set; } = "";

    public static IEnumerable<string> Strategies => StrategyCatalog.Names;

    [GlobalSetup]
    public void Setup()
    {
        var positions = Enumerable.Repeat(new WorkerPosition("wasmtime", SlotsPerWorker), Workers).ToArray();
        _scheduler = new Scheduler(positions, Strategy, Scheduler.DefaultQueueLength, new Random(1));
        for (var i = 0; i < Workers; i++)
        {
            _scheduler.WorkerReady(i, SlotsPerWorker, "wasmtime");
        }

        for (uint i = 0; i < Workers * SlotsPerWorker / 2; i++)
        {
            if (!_scheduler.TryAcquire(new PlacementRequest(i), out _))
            {
                throw new InvalidOperationException("no slot where half are free");
            }
        }
    }

    [Benchmark]
    public int AcquireAndRelease()
    {
        // The function changes from call to call, or HASH would always walk the same way.
        if (!_scheduler.TryAcquire(new PlacementRequest(unchecked(_function += 2_654_435_761)), out var lease))
        {
            return -1;
        }

        _scheduler.Release(in lease);
        return lease.Worker.Index;
    }
}
