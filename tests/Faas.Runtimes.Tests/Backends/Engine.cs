using Faas.Testing;

namespace Faas.Runtimes.Tests.Backends;

/// <summary>The WASM engines by name, for tests that go over all of them.</summary>
internal static class Engine
{
    public static readonly string[] Names = ["wasmtime", "wasmer"];

    public static IRuntimeBackend Create(string name) => BackendCatalog.Create(name, WasmCEngine.Options());

    /// <summary>Compiles, loads and runs.</summary>
    public static InvocationResult Run(IRuntimeBackend backend, byte[] wasm, InvocationContext invocation)
    {
        using var module = Load(backend, wasm);
        return module.Invoke(invocation);
    }

    /// <exception cref="ModuleLoadException">It is refused.</exception>
    public static IRuntimeModule Load(IRuntimeBackend backend, byte[] wasm)
    {
        var path = Path.Combine(Path.GetTempPath(), "faas-test-" + Guid.NewGuid().ToString("n"));
        try
        {
            File.WriteAllBytes(path, ((IModuleCompiler)backend).Compile(wasm));
            return backend.Load(new ModuleDescriptor(
                "test_1", Protocol.Contracts.ModuleKind.Wasm, path, Protocol.Contracts.InvocationLimits.Default, new Dictionary<string, string>()));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
