using BenchmarkDotNet.Attributes;
using Faas.Protocol.Contracts;
using Faas.Runtimes;
using Faas.Testing;

namespace Faas.Microbenchmarks.Runtimes;

/// <summary>A fresh instance from input to output on one thread: what a worker does for one invocation, without a process around it.</summary>
public class InvocationBenchmarks
{
    private readonly InMemoryInvocation _invocation = new();
    private IRuntimeBackend? _backend;
    private IRuntimeModule? _module;
    private string? _artifact;

    /// <summary>The loopback engine is the floor: the same call without a sandbox.</summary>
    [Params("loopback", "wasmtime", "wasmer")]
    public string Backend { get; set; } = "";

    [Params("exit0", "hello")]
    public string Guest { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _backend = BackendCatalog.Create(Backend, WasmCEngine.Options(new BackendOptions { Slots = 4, MaxMemoryBytes = InvocationLimits.Default.MemoryBytes }));
        _artifact = Path.GetTempFileName();
        var wasm = Guest == "hello" ? GuestModules.C("hello") : GuestModules.Wat("exit0");
        File.WriteAllBytes(_artifact, _backend is IModuleCompiler compiler ? compiler.Compile(wasm) : wasm);
        _module = _backend.Load(new ModuleDescriptor(Guest, ModuleKind.Wasm, _artifact, InvocationLimits.Default, new Dictionary<string, string>()));
        Invoke();
        if (Backend != "loopback" && Guest == "hello" && !_invocation.OutputText.StartsWith("Hello", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"the guest wrote '{_invocation.OutputText}'");
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _module?.Dispose();
        _backend?.Dispose();
        File.Delete(_artifact!);
    }

    [Benchmark]
    public int Invoke()
    {
        _invocation.Rewind();
        var result = _module!.Invoke(_invocation);
        return result.Status == InvocationStatus.Ok ? _invocation.Output.Length : throw new InvalidOperationException($"{result.Status}: {result.Message}");
    }
}
