using BenchmarkDotNet.Attributes;
using Faas.Protocol.Contracts;
using Faas.Runtimes;
using Faas.Testing;

namespace Faas.Microbenchmarks.Runtimes;

/// <summary>One invocation from a fresh instance to its answer, module loaded: what a worker does, without a process around it.</summary>
[WarmupCount(3)]
[IterationCount(9)]
[IterationTime(100)]
public class WorkloadBenchmarks : EngineBenchmarks
{
    private InMemoryInvocation _invocation = null!;
    private IRuntimeModule _module = null!;

    /// <summary>The whole answer is compared before and after; its length each time.</summary>
    [Benchmark]
    public InvocationStatus Run()
    {
        _invocation.Rewind();
        var status = _module.Invoke(_invocation).Status;
        return status == InvocationStatus.Ok && _invocation.Output.Length == Workload.Answer.Length
            ? status
            : throw new InvalidOperationException($"{status}, {_invocation.Output.Length} bytes");
    }

    public override void Cleanup()
    {
        Check(_module, _invocation, Workload.Answer);
        _module.Dispose();
        base.Cleanup();
    }

    private protected override void Prepare()
    {
        _invocation = new InMemoryInvocation(Workload.Input);
        _module = Host.Load(Host.Store(Workload.Name, Workload.Compile));
        Check(_module, _invocation, Workload.Answer);
    }
}
