using BenchmarkDotNet.Attributes;
using Faas.Protocol.Contracts;
using Faas.Runtimes;
using Faas.Testing;

namespace Faas.Microbenchmarks.Runtimes;

/// <summary>A fresh instance of the workload's module, whose <c>_start</c> returns at once (<see cref="StartlessModule"/>), and away again.</summary>
[WarmupCount(3)]
[IterationCount(9)]
[IterationTime(100)]
public class InstantiateBenchmarks : EngineBenchmarks
{
    private readonly InMemoryInvocation _invocation = new();
    private IRuntimeModule _module = null!;

    [Benchmark]
    public InvocationStatus Instantiate()
    {
        _invocation.Rewind();
        var status = _module.Invoke(_invocation).Status;
        return status == InvocationStatus.Ok ? status : throw new InvalidOperationException(status.ToString());
    }

    public override void Cleanup()
    {
        _module.Dispose();
        base.Cleanup();
    }

    private protected override void Prepare()
    {
        _module = Host.Load(Host.Store("startless " + Workload.Name, () => StartlessModule.Of(Workload.Compile())));
        Check(_module, _invocation, []);
    }
}
