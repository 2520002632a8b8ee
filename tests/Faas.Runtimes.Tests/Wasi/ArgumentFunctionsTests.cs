namespace Faas.Runtimes.Tests.Wasi;

public class ArgumentFunctionsTests
{
    private static Guest Create() => new(new StubInvocation { Arguments = ["a", "längér"], Environment = ["K=V", "EMPTY="] });

    [Fact]
    public void ArgsSizesGet_TwoArguments_CountsProgramNameAndZeros()
    {
        using var guest = Create();
        Assert.Equal(E.Success, guest.Call("args_sizes_get", 0, 4));
        Assert.Equal(3u, guest.U32(0));
        Assert.Equal(5u + 2 + 9, guest.U32(4));
    }

    [Fact]
    public void ArgsGet_TwoArguments_StartsWithMain()
    {
        using var guest = Create();
        Assert.Equal(E.Success, guest.Call("args_get", 0, 100));
        Assert.Equal("main\0a\0längér\0", guest.Text(100, 16));
        Assert.Equal(100u, guest.U32(0));
        Assert.Equal(105u, guest.U32(4));
        Assert.Equal(107u, guest.U32(8));
    }

    [Fact]
    public void EnvironGet_TwoVariables_WritesPairs()
    {
        using var guest = Create();
        Assert.Equal(E.Success, guest.Call("environ_sizes_get", 0, 4));
        Assert.Equal(2u, guest.U32(0));
        Assert.Equal(11u, guest.U32(4));
        Assert.Equal(E.Success, guest.Call("environ_get", 0, 100));
        Assert.Equal("K=V\0EMPTY=\0", guest.Text(100, 11));
        Assert.Equal(104u, guest.U32(4));
    }

    [Theory]
    [InlineData("args_get", Guest.MemoryBytes - 11, 0)]
    [InlineData("args_get", 0, Guest.MemoryBytes - 15)]
    [InlineData("args_get", uint.MaxValue, uint.MaxValue)]
    [InlineData("environ_get", Guest.MemoryBytes - 7, 0)]
    [InlineData("environ_get", 0, Guest.MemoryBytes - 10)]
    [InlineData("args_sizes_get", Guest.MemoryBytes - 3, 0)]
    [InlineData("environ_sizes_get", 0, Guest.MemoryBytes)]
    public void AnyCall_OutsideMemory_Fault(string name, long first, long second)
    {
        using var guest = Create();
        Assert.Equal(E.Fault, guest.Call(name, first, second));
    }

    [Fact]
    public void ArgsGet_EndsExactlyAtTheEnd_Success()
    {
        using var guest = Create();
        Assert.Equal(E.Success, guest.Call("args_get", 0, Guest.MemoryBytes - 16));
    }
}
