using BenchmarkDotNet.Attributes;
using Faas.Protocol.Contracts;
using Faas.Runtimes;
using Faas.Testing;

namespace Faas.Microbenchmarks.Runtimes;

/// <summary>The same hello on every processor at once: locks on the memory map show only here. Time is for one invocation of one thread.</summary>
public class ParallelInvocationBenchmarks
{
    private const int InvocationsEach = 20_000; // long against the start of the threads

    private IRuntimeBackend? _backend;
    private IRuntimeModule? _module;
    private string? _artifact;

    [ParamsSource(nameof(ThreadCounts))]
    public int Threads { get; set; }

    public static IEnumerable<int> ThreadCounts => new[] { 1, Environment.ProcessorCount }.Distinct();

    [GlobalSetup]
    public void Setup()
    {
        _backend = BackendCatalog.Create("wasmtime", new BackendOptions { Slots = Math.Max(4, Environment.ProcessorCount), MaxMemoryBytes = InvocationLimits.Default.MemoryBytes });
        _artifact = Path.GetTempFileName();
        File.WriteAllBytes(_artifact, ((IModuleCompiler)_backend).Compile(GuestModules.C("hello")));
        _module = _backend.Load(new ModuleDescriptor("hello", ModuleKind.Wasm, _artifact, InvocationLimits.Default, new Dictionary<string, string>()));
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _module?.Dispose();
        _backend?.Dispose();
        File.Delete(_artifact!);
    }

    [Benchmark(OperationsPerInvoke = InvocationsEach)]
    public int InvokeOnEachThread()
    {
        var failed = 0;
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            var invocation = new InMemoryInvocation();
            for (var i = 0; i < InvocationsEach; i++)
            {
                invocation.Rewind();
                if (_module!.Invoke(invocation).Status != InvocationStatus.Ok)
                {
                    Interlocked.Increment(ref failed);
                }
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return failed == 0 ? Threads : throw new InvalidOperationException($"{failed} invocations failed");
    }
}
