using Faas.Protocol.Contracts;
using Faas.Runtimes.WasmC;
using Faas.Testing;

namespace Faas.Runtimes.Tests.Backends;

public sealed class WasmCBackendTests : RuntimeBackendConformance
{
    protected override int RequiredStackBytes => WasmCBackend.RequiredStackBytes;

    protected override IRuntimeBackend CreateBackend(BackendOptions options) =>
        BackendCatalog.Create("wasmer", WasmCEngine.Options(options));

    [Fact]
    public void Version_NamesTheLibrary() =>
        Assert.StartsWith(Path.GetFileName(WasmCEngine.Library), Backend.Version, StringComparison.Ordinal);

    [Fact]
    public void Capabilities_AreThoseThatHoldWithoutTheSupervisor() =>
        Assert.Equal(BackendCapabilities.MemoryLimit | BackendCapabilities.Precompiled, Backend.Capabilities);

    [Fact]
    public void Create_LibraryThatIsNotThere_SaysWhereItLookedAndHowToGetIt()
    {
        _ = Backend;
        var options = new BackendOptions { Settings = new Dictionary<string, string> { [WasmCLibrary.Setting] = "/nowhere/libwasmer.so" } };

        Assert.Contains("/nowhere/libwasmer.so", Assert.Throws<DllNotFoundException>(() => WasmCLibrary.Find("/nowhere/libwasmer.so")).Message, StringComparison.Ordinal);
        Assert.Contains("INSTALL_WASMER.md", Assert.Throws<DllNotFoundException>(() => WasmCLibrary.Find("/nowhere/libwasmer.so")).Message, StringComparison.Ordinal);
        Assert.Throws<DllNotFoundException>(() => new WasmCBackend(options));
    }

    [Fact]
    public void Create_LibraryWithoutTheHeadersFunctions_IsRefused() =>
        Assert.Contains("wasm.h", Assert.Throws<DllNotFoundException>(() => WasmCLibrary.Find("libc.so.6")).Message, StringComparison.Ordinal);

    [Fact]
    public void Invoke_HostCallAfterTheDeadline_Timeout()
    {
        // What computes without the host runs on; what calls it is ended there.
        var invocation = new InMemoryInvocation();
        invocation.DeadlineTimestamp = 0;

        Assert.Equal(InvocationStatus.Timeout, Run(Wat("exit0"), invocation).Result.Status);
    }

    [Fact]
    public void Invoke_CancelledAtAHostCall_Cancelled()
    {
        InMemoryInvocation? invocation = null;
        invocation = new InMemoryInvocation(new byte[100_000]) { OnOutput = () => invocation!.Cancel() };

        Assert.Equal(InvocationStatus.Cancelled, Run(C("echo"), invocation).Result.Status);
    }

    [Fact]
    public void Compile_SameModuleTwice_SameFingerprint()
    {
        using var other = new WasmCBackend(WasmCEngine.Options());

        Assert.Equal(other.Fingerprint, ((IModuleCompiler)Backend).Fingerprint);
        Assert.Equal(other.Compile(Wat("exit0")), ((IModuleCompiler)Backend).Compile(Wat("exit0")));
    }

    [Fact]
    public void Load_OtherKind_RuntimeMissing()
    {
        var exception = Assert.Throws<ModuleLoadException>(
            () => Backend.Load(Descriptor("/nowhere") with { Kind = ModuleKind.Python }));

        Assert.Equal(InvocationStatus.RuntimeMissing, exception.Status);
    }
}
