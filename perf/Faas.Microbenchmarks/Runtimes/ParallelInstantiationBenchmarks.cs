using BenchmarkDotNet.Attributes;
using Faas.Protocol.Contracts;
using Faas.Runtimes;
using Faas.Testing;

namespace Faas.Microbenchmarks.Runtimes;

/// <summary>
/// Fresh instances on one thread, and on a thread for every processor at once: locks on the process's memory map show only
/// there. Time is for one instance of one thread; without contention both rows are equal.
/// </summary>
[WarmupCount(2)]
[IterationCount(9)]
[IterationTime(150)]
public class ParallelInstantiationBenchmarks
{
    private const int InstancesEach = 5_000; // long against the start of the threads

    private EngineHost _host = null!;
    private IRuntimeModule _module = null!;

    [Params("wasmtime", "wasmer")]
    public string Engine { get; set; } = "";

    [Params("hello C", "hello Rust")]
    public string Guest { get; set; } = "";

    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; } = 1;

    public static IEnumerable<int> ThreadCounts => new[] { 1, Environment.ProcessorCount }.Distinct();

    [GlobalSetup]
    public void Setup()
    {
        _host = new EngineHost(Engine);
        var workload = Workload.All.First(workload => workload.Name == Guest);
        _module = _host.Load(_host.Store("startless " + Guest, () => StartlessModule.Of(workload.Compile())));
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _module.Dispose();
        _host.Dispose();
    }

    [Benchmark(OperationsPerInvoke = InstancesEach)]
    public int InstantiateOnEachThread()
    {
        var failed = 0;
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(
            () =>
            {
                var invocation = new InMemoryInvocation();
                for (var i = 0; i < InstancesEach; i++)
                {
                    invocation.Rewind();
                    if (_module.Invoke(invocation).Status != InvocationStatus.Ok)
                    {
                        Interlocked.Increment(ref failed);
                    }
                }
            },
            EngineHost.StackBytes)).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return failed == 0 ? Threads : throw new InvalidOperationException($"{failed} instances failed");
    }
}
