namespace Faas.Runtimes.Tests.Wasi;

public class ReadWriteFunctionsTests
{
    [Fact]
    public void FdWrite_TwoVectors_WritesBothToOutput()
    {
        using var guest = new Guest();
        guest.Put(1000, "Hello ");
        guest.Put(2000, "world");
        guest.PutVector(0, 1000, 6);
        guest.PutVector(8, 2000, 5);
        Assert.Equal(0, guest.Call("fd_write", 1, 0, 2, 16));
        Assert.Equal(11u, guest.U32(16));
        Assert.Equal("Hello world"u8.ToArray(), guest.Invocation.Output);
    }
}
