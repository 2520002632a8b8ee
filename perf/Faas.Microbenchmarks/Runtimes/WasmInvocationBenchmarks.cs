using BenchmarkDotNet.Attributes;
using Faas.Protocol.Contracts;
using Faas.Runtimes;
using Faas.Testing;

namespace Faas.Microbenchmarks.Runtimes;

/// <summary>
/// One invocation, fresh instance to output, without a process or a socket around it: the rung above
/// <see cref="LoopbackBaseline"/>. Budget: C hello at most 6 µs.
/// </summary>
public class WasmInvocationBenchmarks
{
    private readonly InMemoryInvocation _empty = new();
    private readonly InMemoryInvocation _mebibyte = new(Enumerable.Range(0, 1 << 20).Select(static i => (byte)i).ToArray());
    private readonly List<string> _files = [];
    private IRuntimeBackend _backend = null!;
    private IRuntimeBackend _loopback = null!;
    private IRuntimeModule _loopbackModule = null!;
    private IRuntimeModule _exit0 = null!;
    private IRuntimeModule _hello = null!;
    private IRuntimeModule _rust = null!;
    private IRuntimeModule _echo = null!;
    private IRuntimeModule _trap = null!;
    private string _helloFile = null!;

    /// <summary>An engine with a compiler of its own.</summary>
    [Params("wasmtime", "wasmer")]
    public string Backend { get; set; } = "wasmtime";

    [GlobalSetup]
    public void Setup()
    {
        _backend = BackendCatalog.Create(Backend, WasmCEngine.Options());
        _loopback = BackendCatalog.Create("loopback", new BackendOptions());
        _loopbackModule = _loopback.Load(Descriptor(""));
        _exit0 = _backend.Load(Descriptor(Compile(GuestModules.Wat("exit0"))));
        _helloFile = Compile(GuestModules.C("hello"));
        _hello = _backend.Load(Descriptor(_helloFile));
        _rust = _backend.Load(Descriptor(Compile(GuestModules.Rust(GuestModules.Folder, "hello"))));
        _echo = _backend.Load(Descriptor(Compile(GuestModules.C("echo"))));
        _trap = _backend.Load(Descriptor(Compile(GuestModules.Wat("trap_unreachable"))));
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        foreach (var module in (ReadOnlySpan<IRuntimeModule>)[_loopbackModule, _exit0, _hello, _rust, _echo, _trap])
        {
            module.Dispose();
        }

        _backend.Dispose();
        _loopback.Dispose();
        _files.ForEach(File.Delete);
    }

    /// <summary>No engine.</summary>
    [Benchmark(Baseline = true)]
    public InvocationStatus LoopbackBaseline() => Invoke(_loopbackModule, _empty, InvocationStatus.Ok, 0);

    /// <summary>C, <c>printf</c> of one line: two pages of memory, one <c>fd_write</c>.</summary>
    [Benchmark]
    public InvocationStatus HelloInC() => Invoke(_hello, _empty, InvocationStatus.Ok, "Hello from FAAS!\n".Length);

    /// <summary>Rust, <c>println!</c>: seventeen pages.</summary>
    [Benchmark]
    public InvocationStatus HelloInRust() => Invoke(_rust, _empty, InvocationStatus.Ok, "Hello from FAAS!\n".Length);

    /// <summary>Ends by a trap from a host call.</summary>
    [Benchmark]
    public InvocationStatus ProcExitZero() => Invoke(_exit0, _empty, InvocationStatus.Ok, 0);

    /// <summary>Ends by a trap of its own, with its description.</summary>
    [Benchmark]
    public InvocationStatus Unreachable() => Invoke(_trap, _empty, InvocationStatus.Trap, 0);

    /// <summary>1 MiB in, 1 MiB out.</summary>
    [Benchmark]
    public InvocationStatus EchoOneMebibyte() => Invoke(_echo, _mebibyte, InvocationStatus.Ok, 1 << 20);

    /// <summary>From the file in the page cache to a module that can be invoked.</summary>
    [Benchmark]
    public long LoadHelloInC()
    {
        using var module = _backend.Load(Descriptor(_helloFile));
        return module.ResidentBytes;
    }

    private static InvocationStatus Invoke(IRuntimeModule module, InMemoryInvocation invocation, InvocationStatus expected, int length)
    {
        invocation.Rewind();
        var status = module.Invoke(invocation).Status;
        return status == expected && invocation.Output.Length == length
            ? status
            : throw new InvalidOperationException($"{status} with {invocation.Output.Length} bytes");
    }

    private static ModuleDescriptor Descriptor(string path) =>
        new("benchmark_1", ModuleKind.Wasm, path, InvocationLimits.Default, new Dictionary<string, string>());

    private string Compile(byte[] wasm)
    {
        var path = Path.Combine(Path.GetTempPath(), "faas-benchmark-" + Guid.NewGuid().ToString("n"));
        File.WriteAllBytes(path, ((IModuleCompiler)_backend).Compile(wasm));
        _files.Add(path);
        return path;
    }
}
