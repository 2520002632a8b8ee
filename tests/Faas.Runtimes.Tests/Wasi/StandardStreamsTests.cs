using Faas.Runtimes.Wasi;

namespace Faas.Runtimes.Tests.Wasi;

public class StandardStreamsTests
{
    // Arrays, because a span of constants allocates in code that is not optimised.
    private static readonly long[] s_prestat = [3, 16];
    private static readonly long[] s_fdstat = [1, 16];
    private static readonly long[] s_write = [1, 0, 1, 16];
    private static readonly long[] s_exit = [0];

    [Fact]
    public void FdWrite_TwoVectors_WritesBothToOutput()
    {
        using var guest = new Guest();
        guest.Put(1000, "Hello ");
        guest.Put(2000, "world");
        guest.PutVector(0, 1000, 6);
        guest.PutVector(8, 2000, 5);
        Assert.Equal(E.Success, guest.Call("fd_write", 1, 0, 2, 16));
        Assert.Equal(11u, guest.U32(16));
        Assert.Equal("Hello world"u8.ToArray(), guest.Invocation.Output);
        Assert.Empty(guest.Invocation.Error);
    }

    [Fact]
    public void FdWrite_StandardError_GoesToError()
    {
        using var guest = new Guest();
        guest.Write(2, "oops");
        Assert.Equal("oops"u8.ToArray(), guest.Invocation.Error);
        Assert.Empty(guest.Invocation.Output);
    }

    [Fact]
    public void FdWrite_NoOrEmptyVectors_WritesNothing()
    {
        using var guest = new Guest();
        Assert.Equal(E.Success, guest.Call("fd_write", 1, 0, 0, 16));
        guest.PutVector(0, 5, 0);
        Assert.Equal(E.Success, guest.Call("fd_write", 1, 0, 1, 16));
        Assert.Equal(0u, guest.U32(16));
    }

    [Fact]
    public void FdWrite_HelloPath_AllocatesNothing()
    {
        using var guest = new Guest(new StubInvocation { KeepOutput = false });
        guest.Put(1000, "Hello");
        guest.PutVector(0, 1000, 5);
        Run(guest, 10);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(guest, 1000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.False(guest.Context.HasFileSystem);

        static void Run(Guest guest, int count)
        {
            for (var i = 0; i < count; i++)
            {
                guest.Context.Begin(guest.Invocation);
                guest.Call("fd_prestat_get", s_prestat);
                guest.Call("fd_fdstat_get", s_fdstat);
                guest.Call("fd_write", s_write);
                guest.Call("proc_exit", s_exit);
                guest.Context.End();
            }

            guest.Context.Begin(guest.Invocation);
        }
    }

    [Fact]
    public void FdWrite_PastOutputLimit_Terminates()
    {
        using var guest = new Guest(new StubInvocation { OutputLimit = 4 });
        Assert.Equal(WasiFunctions.Terminate, guest.TryWrite(1, "12345"u8, out _));
        Assert.Equal(WasiTermination.OutputLimit, guest.Context.Termination);
    }

    [Fact]
    public void FdWrite_Cancelled_Terminates()
    {
        using var guest = new Guest(new StubInvocation { Cancelled = true });
        Assert.Equal(WasiFunctions.Terminate, guest.TryWrite(2, "12345"u8, out _));
        Assert.Equal(WasiTermination.Cancelled, guest.Context.Termination);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(-31337)]
    public void FdWrite_NotForWriting_Refused(int fd)
    {
        using var guest = new Guest();
        var errno = guest.Call("fd_write", fd, 0, 0, 16);
        Assert.Equal(fd switch { 0 => E.Notcapable, 3 => E.Isdir, _ => E.Badf }, errno);
    }

    [Theory]
    [InlineData(Guest.MemoryBytes - 7, 1, 0)]
    [InlineData(0, 0x2000_0000, 0)]
    [InlineData(0, uint.MaxValue, 0)]
    [InlineData(0, 1, Guest.MemoryBytes - 3)]
    [InlineData(0, 1, uint.MaxValue)]
    public void FdWrite_VectorsOrResultOutside_FaultAndNothingWritten(long vectors, long count, long result)
    {
        using var guest = new Guest();
        guest.PutVector(0, 100, 5);
        Assert.Equal(E.Fault, guest.Call("fd_write", 1, vectors, count, result));
        Assert.Empty(guest.Invocation.Output);
    }

    [Theory]
    [InlineData(Guest.MemoryBytes, 1)]
    [InlineData(Guest.MemoryBytes - 1, 2)]
    [InlineData(1, uint.MaxValue)]
    [InlineData(uint.MaxValue, uint.MaxValue)]
    public void FdWrite_BufferOutside_Fault(uint pointer, uint length)
    {
        using var guest = new Guest();
        guest.PutVector(0, pointer, length);
        Assert.Equal(E.Fault, guest.Call("fd_write", 1, 0, 1, 16));
    }

    [Fact]
    public void FdWrite_SecondBufferOutside_AnswersWhatWasWritten()
    {
        using var guest = new Guest();
        guest.PutVector(0, 100, 5);
        guest.PutVector(8, uint.MaxValue, 5);
        Assert.Equal(E.Success, guest.Call("fd_write", 1, 0, 2, 16));
        Assert.Equal(5u, guest.U32(16));
    }

    [Fact]
    public void FdWrite_MoreVectorsThanOneCallLooksAt_WritesTheFirst1024()
    {
        using var guest = new Guest();
        for (var i = 0; i < 1500; i++)
        {
            guest.PutVector(i * 8, 100, 1);
        }

        Assert.Equal(E.Success, guest.Call("fd_write", 1, 0, 1500, 20000));
        Assert.Equal(1024u, guest.U32(20000));
    }

    [Fact]
    public void FdRead_Input_FillsVectorsInOrderThenEnds()
    {
        using var guest = new Guest(new StubInvocation { Input = "abcdefg"u8.ToArray() });
        guest.PutVector(0, 100, 3);
        guest.PutVector(8, 200, 10);
        Assert.Equal(E.Success, guest.Call("fd_read", 0, 0, 2, 16));
        Assert.Equal(7u, guest.U32(16));
        Assert.Equal("abc", guest.Text(100, 3));
        Assert.Equal("defg", guest.Text(200, 4));
        Assert.Equal(E.Success, guest.Call("fd_read", 0, 0, 2, 16));
        Assert.Equal(0u, guest.U32(16));
    }

    [Fact]
    public void FdRead_NonBlockAndNothingThere_Again()
    {
        using var guest = new Guest(new StubInvocation { InputEnded = false });
        Assert.Equal(E.Success, guest.Call("fd_fdstat_set_flags", 0, 4));
        Assert.Equal(E.Again, guest.TryRead(0, 10, out _));
    }

    [Fact]
    public void FdRead_CancelledWhileWaiting_Terminates()
    {
        using var guest = new Guest(new StubInvocation { InputEnded = false, Cancelled = true });
        Assert.Equal(WasiFunctions.Terminate, guest.TryRead(0, 10, out _));
        Assert.Equal(WasiTermination.Cancelled, guest.Context.Termination);
    }

    [Fact]
    public void FdRead_Output_NotCapable()
    {
        using var guest = new Guest();
        Assert.Equal(E.Notcapable, guest.TryRead(1, 10, out _));
    }

    [Fact]
    public void PositionedCalls_OnStreams_IllegalSeek()
    {
        using var guest = new Guest();
        for (var fd = 0; fd < 3; fd++)
        {
            Assert.Equal(E.Spipe, guest.Call("fd_seek", fd, 0, 1, 0));
            Assert.Equal(E.Spipe, guest.Call("fd_tell", fd, 0));
            Assert.Equal(E.Spipe, guest.Call("fd_pread", fd, 0, 0, 0, 0));
            Assert.Equal(E.Spipe, guest.Call("fd_pwrite", fd, 0, 0, 0, 0));
            Assert.Equal(E.Spipe, guest.Call("fd_advise", fd, 0, 0, 0));
            Assert.Equal(E.Spipe, guest.Call("fd_allocate", fd, 0, 1));
            Assert.Equal(E.Inval, guest.Call("fd_filestat_set_size", fd, 0));
            Assert.Equal(E.Notcapable, guest.Call("fd_filestat_set_times", fd, 0, 0, 0));
            Assert.Equal(E.Notdir, guest.Call("fd_readdir", fd, 0, 0, 0, 0));
        }

        Assert.Equal(E.Success, guest.Call("fd_sync", 1));
        Assert.Equal(E.Success, guest.Call("fd_datasync", 2));
    }

    [Fact]
    public void FdFilestatGet_Stream_Zeros()
    {
        using var guest = new Guest();
        Assert.Equal(0, guest.StatOf(1).Type);
        Assert.False(guest.Context.HasFileSystem);
    }
}
