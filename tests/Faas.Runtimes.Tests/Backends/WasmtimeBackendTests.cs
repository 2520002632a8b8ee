using Faas.Protocol.Contracts;
using Faas.Runtimes.Wasmtime;
using Faas.Testing;

namespace Faas.Runtimes.Tests.Backends;

public sealed class WasmtimeBackendTests
{
    [Fact]
    public void Hello()
    {
        using var backend = new WasmtimeBackend(new BackendOptions());
        var file = Path.GetTempFileName();
        File.WriteAllBytes(file, backend.Compile(GuestModules.C("hello")));
        using var module = backend.Load(new ModuleDescriptor("x", ModuleKind.Wasm, file, InvocationLimits.Default, new Dictionary<string, string>()));
        var invocation = new InMemoryInvocation();
        for (int i = 0; i < 10; i++)
        {
            invocation.Rewind();
            Assert.Equal(InvocationStatus.Ok, module.Invoke(invocation).Status);
            Assert.Equal("Hello from FAAS!\n", invocation.OutputText);
        }
    }
}
