using Faas.Protocol.Contracts;
using Faas.Runtimes.Wasmtime;
using Faas.Testing;

namespace Faas.Runtimes.Tests.Backends;

public sealed class WasmtimeBackendTests : RuntimeBackendConformance
{
    protected override int RequiredStackBytes => WasmtimeBackend.RequiredStackBytes;

    protected override IRuntimeBackend CreateBackend(BackendOptions options) => BackendCatalog.Create("wasmtime", options);

    [Fact]
    public void Invoke_Trap_NamesCauseAndFunctions()
    {
        var (result, _) = Run(C("abort"));

        Assert.Contains("unreachable", result.Message, StringComparison.Ordinal);
        Assert.Contains("abort", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_SameModuleTwice_SameFingerprintAndLoadable()
    {
        using var other = new WasmtimeBackend(new BackendOptions());
        var artifact = other.Compile(Wat("exit0"));
        using var module = Backend.Load(Descriptor(Store(artifact)));

        Assert.Equal(other.Fingerprint, ((IModuleCompiler)Backend).Fingerprint);
        Assert.Equal(InvocationStatus.Ok, module.Invoke(new InMemoryInvocation()).Status);
        Assert.True(module.ResidentBytes > 0);
    }

    [Fact]
    public void Load_OtherKind_RuntimeMissing()
    {
        var exception = Assert.Throws<ModuleLoadException>(
            () => Backend.Load(Descriptor("/nowhere") with { Kind = ModuleKind.Python }));

        Assert.Equal(InvocationStatus.RuntimeMissing, exception.Status);
    }

    [Theory]
    [InlineData("""(module (memory (export "memory") 1) (memory 1) (func (export "_start")))""")]
    [InlineData("""(module (memory (export "memory") i64 1) (func (export "_start")))""")]
    [InlineData("""(module (memory (export "memory") 1 1 shared) (func (export "_start")))""")]
    public void Compile_FeatureThatNeedsAnotherMemory_InvalidModule(string text)
    {
        var exception = Assert.Throws<ModuleLoadException>(() => Load(System.Text.Encoding.UTF8.GetBytes(text)));

        Assert.Equal(InvocationStatus.InvalidModule, exception.Status);
    }

    [Fact]
    public void Start_ManagedNullReference_IsStillCaught()
    {
        // The engine takes over the signals that the runtime uses for the same purpose, and must pass them on.
        Assert.Equal(InvocationStatus.Trap, Run(Wat("trap_out_of_bounds")).Result.Status);
        string? nothing = Environment.GetEnvironmentVariable("FAAS_TEST_" + Guid.NewGuid().ToString("n"));

        Assert.Throws<NullReferenceException>(() => nothing!.Length);
    }
}
