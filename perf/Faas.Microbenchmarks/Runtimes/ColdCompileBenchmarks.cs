using BenchmarkDotNet.Attributes;
using Faas.Testing;

namespace Faas.Microbenchmarks.Runtimes;

/// <summary>From a WASM binary to native code: what a deploy waits for after the language's compiler.</summary>
[WarmupCount(1)]
[IterationCount(5)]
[InvocationCount(1)]
public class ColdCompileBenchmarks : EngineBenchmarks
{
    private byte[] _wasm = [];

    [Benchmark]
    public int ColdCompile()
    {
        var native = Host.Compiler.Compile(_wasm);
        return native.Length > 0 ? native.Length : throw new InvalidOperationException("no native code");
    }

    private protected override void Prepare()
    {
        _wasm = Workload.Compile();
        var path = Host.Store(Workload.Name, () => _wasm);
        using var module = Host.Load(path);
        Check(module, new InMemoryInvocation(Workload.Input), Workload.Answer);
    }
}
