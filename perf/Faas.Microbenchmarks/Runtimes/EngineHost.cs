using Faas.Protocol.Contracts;
using Faas.Runtimes;
using Faas.Runtimes.Wasmtime;
using Faas.Testing;

namespace Faas.Microbenchmarks.Runtimes;

/// <summary>One engine for the benchmarks, and a workload's native code on it: compiled once a process, in a file of its own.</summary>
internal sealed class EngineHost : IDisposable
{
    private static readonly Dictionary<(string Engine, string Module), byte[]> s_native = [];

    private readonly string _folder = Directory.CreateTempSubdirectory("faas-benchmark-").FullName;
    private readonly string _engine;

    /// <param name="engine">Name in the catalog.</param>
    public EngineHost(string engine)
    {
        _engine = engine;
        Backend = BackendCatalog.Create(
            engine, WasmCEngine.Options(new BackendOptions { Slots = Environment.ProcessorCount, MaxMemoryBytes = InvocationLimits.Default.MemoryBytes }));
    }

    /// <summary>Stack for a thread that invokes: what a slot's has.</summary>
    public const int StackBytes = WasmtimeBackend.RequiredStackBytes;

    public IRuntimeBackend Backend { get; }

    public IModuleCompiler Compiler => (IModuleCompiler)Backend;

    /// <summary>A file with native code, as a worker finds it in the cache.</summary>
    /// <param name="name">Says which module.</param>
    /// <param name="wasm">Its bytes.</param>
    public string Store(string name, Func<byte[]> wasm)
    {
        if (!s_native.TryGetValue((_engine, name), out var native))
        {
            s_native[(_engine, name)] = native = Compiler.Compile(wasm());
        }

        var path = Path.Combine(_folder, Guid.NewGuid().ToString("n"));
        File.WriteAllBytes(path, native);
        return path;
    }

    public IRuntimeModule Load(string path) =>
        Backend.Load(new ModuleDescriptor("benchmark_1", ModuleKind.Wasm, path, InvocationLimits.Default, new Dictionary<string, string>()));

    public void Dispose()
    {
        Backend.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
