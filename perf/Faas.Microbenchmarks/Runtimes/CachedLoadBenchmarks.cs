using BenchmarkDotNet.Attributes;
using Faas.Testing;

namespace Faas.Microbenchmarks.Runtimes;

/// <summary>From native code in a file in the page cache to a module that can be invoked, and away again: a function's first call in a worker.</summary>
[WarmupCount(2)]
[IterationCount(7)]
[IterationTime(100)]
public class CachedLoadBenchmarks : EngineBenchmarks
{
    private string _path = "";

    [Benchmark]
    public long CachedLoad()
    {
        using var module = Host.Load(_path);
        return module.ResidentBytes;
    }

    private protected override void Prepare()
    {
        _path = Host.Store(Workload.Name, Workload.Compile);
        using var module = Host.Load(_path);
        Check(module, new InMemoryInvocation(Workload.Input), Workload.Answer);
    }
}
