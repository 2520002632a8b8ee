using BenchmarkDotNet.Attributes;
using Faas.Protocol.Contracts;
using Faas.Runtimes;
using Faas.Testing;

namespace Faas.Microbenchmarks.Runtimes;

/// <summary>The rungs below <see cref="WorkloadBenchmarks"/>: the call without an engine, and the ways a guest can end.</summary>
public class InvocationBenchmarks
{
    private readonly InMemoryInvocation _invocation = new();
    private IRuntimeBackend? _backend;
    private IRuntimeModule? _module;
    private string? _artifact;

    /// <summary>The loopback engine is the floor: the same call without a sandbox.</summary>
    [Params("loopback", "wasmtime", "wasmer")]
    public string Backend { get; set; } = "";

    /// <summary><c>exit0</c> ends by a trap from a host call, <c>trap_unreachable</c> by one of its own, with its description.</summary>
    [Params("exit0", "trap_unreachable")]
    public string Guest { get; set; } = "";

    private InvocationStatus Expected => Backend != "loopback" && Guest == "trap_unreachable" ? InvocationStatus.Trap : InvocationStatus.Ok;

    [GlobalSetup]
    public void Setup()
    {
        _backend = BackendCatalog.Create(Backend, WasmCEngine.Options(new BackendOptions { Slots = 4, MaxMemoryBytes = InvocationLimits.Default.MemoryBytes }));
        _artifact = Path.GetTempFileName();
        var wasm = GuestModules.Wat(Guest);
        File.WriteAllBytes(_artifact, _backend is IModuleCompiler compiler ? compiler.Compile(wasm) : wasm);
        _module = _backend.Load(new ModuleDescriptor(Guest, ModuleKind.Wasm, _artifact, InvocationLimits.Default, new Dictionary<string, string>()));
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _module?.Dispose();
        _backend?.Dispose();
        File.Delete(_artifact!);
    }

    [Benchmark]
    public InvocationStatus Invoke()
    {
        _invocation.Rewind();
        var result = _module!.Invoke(_invocation);
        return result.Status == Expected ? result.Status : throw new InvalidOperationException($"{result.Status}: {result.Message}");
    }
}
