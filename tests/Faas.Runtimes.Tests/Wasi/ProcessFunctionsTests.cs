using Faas.Runtimes.Wasi;

namespace Faas.Runtimes.Tests.Wasi;

public class ProcessFunctionsTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(42, 42)]
    [InlineData(0xFFFFFFFFL, -1)]
    public void ProcExit_AnyCode_Terminates(long code, int expected)
    {
        using var guest = new Guest();
        Assert.Equal(WasiFunctions.Terminate, guest.Call("proc_exit", code));
        Assert.Equal(WasiTermination.Exit, guest.Context.Termination);
        Assert.Equal(expected, guest.Context.ExitCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(27)]
    public void ProcRaise_IgnoredSignal_GoesOn(int signal)
    {
        using var guest = new Guest();
        Assert.Equal(E.Success, guest.Call("proc_raise", signal));
        Assert.Equal(WasiTermination.None, guest.Context.Termination);
    }

    [Fact]
    public void ProcRaise_Abort_Terminates()
    {
        using var guest = new Guest();
        Assert.Equal(WasiFunctions.Terminate, guest.Call("proc_raise", 6));
        Assert.Equal(WasiTermination.Raised, guest.Context.Termination);
        Assert.Equal(134, guest.Context.ExitCode);
    }

    [Fact]
    public void ProcRaise_NoSuchSignal_Invalid()
    {
        using var guest = new Guest();
        Assert.Equal(E.Inval, guest.Call("proc_raise", 31));
    }

    [Fact]
    public void SchedYield_Always_Success()
    {
        using var guest = new Guest();
        Assert.Equal(E.Success, guest.Call("sched_yield"));
    }

    [Fact]
    public void RandomGet_Range_FillsOnlyThat()
    {
        using var guest = new Guest();
        Assert.Equal(E.Success, guest.Call("random_get", 100, 64));
        Assert.NotEqual(-1, guest.Memory.Slice(100, 64).IndexOfAnyExcept((byte)0));
        Assert.Equal(-1, guest.Memory[..100].IndexOfAnyExcept((byte)0));
        Assert.Equal(-1, guest.Memory[164..].IndexOfAnyExcept((byte)0));
    }

    [Theory]
    [InlineData(0, Guest.MemoryBytes, E.Success)]
    [InlineData(Guest.MemoryBytes, 0, E.Success)]
    [InlineData(1, Guest.MemoryBytes, E.Fault)]
    [InlineData(uint.MaxValue, uint.MaxValue, E.Fault)]
    public void RandomGet_Boundaries_Checked(long pointer, long length, int expected)
    {
        using var guest = new Guest();
        Assert.Equal(expected, guest.Call("random_get", pointer, length));
    }

    [Fact]
    public void Sockets_AnyDescriptor_NoneIsASocket()
    {
        using var guest = new Guest();
        Assert.Equal(E.Notsock, guest.Call("sock_shutdown", 1, 0));
        Assert.Equal(E.Notsock, guest.Call("sock_recv", 0, 0, 0, 0, 0, 0));
        Assert.Equal(E.Badf, guest.Call("sock_send", 99, 0, 0, 0, 0));
        Assert.Equal(E.Badf, guest.Call("sock_shutdown", 3, 0));
        Assert.Equal(E.Badf, guest.Call("sock_accept", 4, 0, 0));
    }

    [Fact]
    public void Begin_AfterAnInvocation_LeavesNothing()
    {
        using var guest = new Guest();
        guest.PutFile("left");
        guest.Call("fd_close", 0);
        guest.Call("fd_fdstat_set_flags", 1, 1);
        guest.Call("proc_exit", 3);
        guest.Context.End();
        guest.Context.Begin(guest.Invocation);
        Assert.Equal(0, guest.Context.ExitCode);
        Assert.Equal(WasiTermination.None, guest.Context.Termination);
        Assert.Equal(E.Noent, guest.TryOpen("left"));
        Assert.Equal(E.Success, guest.Call("fd_fdstat_get", 1, 0));
        Assert.Equal(0, guest.U16(2));
        Assert.Equal(E.Success, guest.Call("fd_fdstat_get", 0, 0));
    }
}
