using Faas.Protocol.Contracts;
using Faas.Testing;

namespace Faas.Runtimes.Tests.Backends;

public sealed class LoopbackBackendTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    public void Invoke_Input_ComesBack(int length)
    {
        var input = new byte[length];
        new Random(length).NextBytes(input);
        var invocation = new InMemoryInvocation(input);

        Assert.Equal(InvocationStatus.Ok, Load().Invoke(invocation).Status);
        Assert.True(invocation.Output.SequenceEqual(input));
    }

    [Fact]
    public void Invoke_MoreThanTheOutputLimit_OutputLimit()
    {
        var invocation = new InMemoryInvocation(new byte[11], limits: InvocationLimits.Default with { OutputBytes = 10 });

        Assert.Equal(InvocationStatus.OutputLimit, Load().Invoke(invocation).Status);
    }

    [Fact]
    public void Invoke_Cancelled_Cancelled()
    {
        var invocation = new InMemoryInvocation(new byte[11]);
        invocation.Cancel();

        Assert.Equal(InvocationStatus.Cancelled, Load().Invoke(invocation).Status);
    }

    private static IRuntimeModule Load() =>
        BackendCatalog.Create("loopback", new BackendOptions()).Load(
            new ModuleDescriptor("x_1", ModuleKind.Wasm, "", InvocationLimits.Default, new Dictionary<string, string>()));
}
