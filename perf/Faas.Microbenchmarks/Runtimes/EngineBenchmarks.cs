using BenchmarkDotNet.Attributes;
using Faas.Protocol.Contracts;
using Faas.Runtimes;
using Faas.Testing;

namespace Faas.Microbenchmarks.Runtimes;

/// <summary>What the engine × workload benchmarks share: one figure a class, since each wants its own number of repetitions.</summary>
public abstract class EngineBenchmarks
{
    [Params("wasmtime", "wasmer")]
    public string Engine { get; set; } = "";

    [ParamsSource(nameof(Workloads))]
    public Workload Workload { get; set; } = Runtimes.Workload.All[0];

    public static IEnumerable<Workload> Workloads => Runtimes.Workload.All;

    internal EngineHost Host { get; private set; } = null!;

    [GlobalSetup]
    public void Setup()
    {
        Host = new EngineHost(Engine);
        Prepare();
    }

    [GlobalCleanup]
    public virtual void Cleanup() => Host.Dispose();

    /// <summary>Runs a module to its end and compares the whole answer.</summary>
    private protected static void Check(IRuntimeModule module, InMemoryInvocation invocation, ReadOnlySpan<byte> answer)
    {
        invocation.Rewind();
        var result = module.Invoke(invocation);
        if (result.Status != InvocationStatus.Ok || !invocation.Output.SequenceEqual(answer))
        {
            throw new InvalidOperationException($"{result.Status} {result.Message}, {invocation.Output.Length} bytes instead of {answer.Length}: {invocation.ErrorText}");
        }
    }

    private protected abstract void Prepare();
}
