using Faas.Runtimes.Wasi;

namespace Faas.Runtimes.Tests.Wasi;

public class FileFunctionsTests
{
    [Fact]
    public void ReadWrite_Sequence_SharesThePosition()
    {
        using var guest = new Guest();
        var fd = guest.Open("f", Guest.OpenCreate);
        guest.Write(fd, "hello");
        Assert.Equal(5, guest.Tell(fd));
        Assert.Equal("", guest.Read(fd));
        Assert.Equal(1, guest.Seek(fd, 1, 0));
        Assert.Equal("ell", guest.Read(fd, 3));
        Assert.Equal(4, guest.Tell(fd));
        guest.Write(fd, "p!");
        Assert.Equal("help!"[..3] + "lp!", guest.ReadFile("f"));
    }

    [Fact]
    public void PreadPwrite_AnyOffset_LeavesThePosition()
    {
        using var guest = new Guest();
        var fd = guest.Open("f", Guest.OpenCreate);
        guest.Write(fd, "0123456789");
        guest.Write(fd, "ab", offset: 3);
        Assert.Equal("2ab5", guest.Read(fd, 4, offset: 2));
        Assert.Equal(10, guest.Tell(fd));
        Assert.Equal("", guest.Read(fd, 4, offset: 10));
        Assert.Equal("", guest.Read(fd, 4, offset: long.MaxValue));
        Assert.Equal(E.Inval, guest.TryRead(fd, 4, out _, offset: -1));
        Assert.Equal(E.Inval, guest.TryWrite(fd, "x"u8, out _, offset: -1));
        Assert.Equal(E.Fbig, guest.TryWrite(fd, "x"u8, out _, offset: long.MaxValue));
    }

    [Fact]
    public void Write_Append_GoesToTheEnd()
    {
        using var guest = new Guest();
        guest.PutFile("f", "12");
        var fd = guest.Open("f", flags: 1);
        guest.Seek(fd, 0, 0);
        guest.Write(fd, "34");
        Assert.Equal(4, guest.Tell(fd));
        guest.Write(fd, "X", offset: 0);
        Assert.Equal("X234", guest.ReadFile("f"));
    }

    [Fact]
    public void Write_PastTheEnd_LeavesZeros()
    {
        using var guest = new Guest();
        var fd = guest.Open("f", Guest.OpenCreate);
        guest.Seek(fd, 100_000, 0);
        guest.Write(fd, "x");
        Assert.Equal(100_001ul, guest.StatOf(fd).Size);
        Assert.Equal("\0\0x", guest.Read(fd, 3, offset: 99_998));
        Assert.Equal("\0\0\0", guest.Read(fd, 3, offset: 65_534));
    }

    [Fact]
    public void Write_AcrossChunks_ReadsBack()
    {
        using var guest = new Guest();
        var fd = guest.Open("f", Guest.OpenCreate);
        var data = new byte[20_000];
        for (var round = 0; round < 10; round++)
        {
            data.AsSpan().Fill((byte)(round + 1));
            Assert.Equal(E.Success, guest.TryWrite(fd, data, out var written));
            Assert.Equal(data.Length, written);
        }

        for (var round = 0; round < 10; round++)
        {
            guest.TryRead(fd, 20_000, out var read, offset: round * 20_000);
            Assert.Equal(20_000, read.Length);
            Assert.Equal(-1, read.AsSpan().IndexOfAnyExcept((byte)(round + 1)));
        }
    }

    [Theory]
    [InlineData(0, 0, E.Success, 0)]
    [InlineData(-1, 0, E.Inval, 0)]
    [InlineData(-3, 2, E.Success, 7)]
    [InlineData(-11, 2, E.Inval, 0)]
    [InlineData(5, 1, E.Success, 15)]
    [InlineData(long.MaxValue, 0, E.Success, long.MaxValue)]
    [InlineData(long.MaxValue, 1, E.Overflow, 0)]
    [InlineData(long.MinValue, 1, E.Inval, 0)]
    [InlineData(0, 3, E.Inval, 0)]
    [InlineData(0, 255, E.Inval, 0)]
    public void Seek_EveryWhence_Checked(long offset, int whence, int expected, long position)
    {
        using var guest = new Guest();
        var fd = guest.Open("f", Guest.OpenCreate);
        guest.Write(fd, "0123456789");
        Assert.Equal(expected, guest.Call("fd_seek", fd, offset, whence, 0));
        if (expected == E.Success)
        {
            Assert.Equal(position, (long)guest.U64(0));
            Assert.Equal(position, guest.Tell(fd));
        }
    }

    [Fact]
    public void Seek_FarPastTheEnd_WriteIsTooBigAndReadIsEmpty()
    {
        using var guest = new Guest();
        var fd = guest.Open("f", Guest.OpenCreate);
        guest.Seek(fd, long.MaxValue, 0);
        Assert.Equal("", guest.Read(fd));
        Assert.Equal(E.Fbig, guest.TryWrite(fd, "x"u8, out _));
    }

    [Fact]
    public void Seek_WithTellRightOnly_TellsButDoesNotMove()
    {
        using var guest = new Guest();
        var fd = guest.Open("f", Guest.OpenCreate, Guest.RightTell);
        Assert.Equal(E.Success, guest.Call("fd_seek", fd, 0, 1, 0));
        Assert.Equal(E.Notcapable, guest.Call("fd_seek", fd, 0, 0, 0));
        var bare = guest.Open("f", rights: 0);
        Assert.Equal(E.Notcapable, guest.Call("fd_tell", bare, 0));
        Assert.Equal(E.Fault, guest.Call("fd_tell", fd, Guest.MemoryBytes - 7));
    }

    [Fact]
    public void SetSize_ShrinkThenGrow_ReadsZeros()
    {
        using var guest = new Guest();
        var fd = guest.Open("f", Guest.OpenCreate);
        guest.Write(fd, "abcdef");
        Assert.Equal(E.Success, guest.Call("fd_filestat_set_size", fd, 3));
        Assert.Equal(E.Success, guest.Call("fd_filestat_set_size", fd, 6));
        Assert.Equal("abc\0\0\0", guest.Read(fd, 10, offset: 0));
        Assert.Equal(E.Inval, guest.Call("fd_filestat_set_size", fd, -1));
        Assert.Equal(E.Fbig, guest.Call("fd_filestat_set_size", fd, long.MaxValue));
        Assert.Equal(E.Success, guest.Call("fd_filestat_set_size", fd, 0));
        Assert.Equal(0ul, guest.StatOf(fd).Size);
    }

    [Fact]
    public void Allocate_Ranges_OnlyGrow()
    {
        using var guest = new Guest();
        var fd = guest.Open("f", Guest.OpenCreate);
        Assert.Equal(E.Success, guest.Call("fd_allocate", fd, 0, 100));
        Assert.Equal(E.Success, guest.Call("fd_allocate", fd, 10, 10));
        Assert.Equal(100ul, guest.StatOf(fd).Size);
        Assert.Equal(E.Success, guest.Call("fd_allocate", fd, 90, 200_000));
        Assert.Equal(200_090ul, guest.StatOf(fd).Size);
        Assert.Equal(E.Inval, guest.Call("fd_allocate", fd, 0, 0));
        Assert.Equal(E.Inval, guest.Call("fd_allocate", fd, -1, 1));
        Assert.Equal(E.Fbig, guest.Call("fd_allocate", fd, long.MaxValue, long.MaxValue));
    }

    [Fact]
    public void Advise_Values_Checked()
    {
        using var guest = new Guest();
        var fd = guest.Open("f", Guest.OpenCreate);
        Assert.Equal(E.Success, guest.Call("fd_advise", fd, 0, 0, 5));
        Assert.Equal(E.Inval, guest.Call("fd_advise", fd, 0, 0, 6));
        Assert.Equal(E.Inval, guest.Call("fd_advise", fd, -1, 0, 0));
        Assert.Equal(E.Badf, guest.Call("fd_advise", 99, 0, 0, 0));
    }

    [Fact]
    public void Directory_FileCalls_IsDirectory()
    {
        using var guest = new Guest();
        Assert.Equal(E.Isdir, guest.TryRead(3, 10, out _));
        Assert.Equal(E.Isdir, guest.TryRead(3, 10, out _, offset: 0));
        Assert.Equal(E.Isdir, guest.TryWrite(3, "x"u8, out _));
        Assert.Equal(E.Isdir, guest.TryWrite(3, "x"u8, out _, offset: 0));
        Assert.Equal(E.Isdir, guest.Call("fd_seek", 3, 0, 0, 0));
        Assert.Equal(E.Isdir, guest.Call("fd_tell", 3, 0));
        Assert.Equal(E.Isdir, guest.Call("fd_allocate", 3, 0, 1));
        Assert.Equal(E.Isdir, guest.Call("fd_filestat_set_size", 3, 0));
        Assert.Equal(E.Success, guest.Call("fd_sync", 3));
        Assert.Equal(E.Badf, guest.Call("fd_sync", 99));
    }

    [Fact]
    public void Quota_Full_WritesWhatFitsThenNoSpace()
    {
        using var guest = new Guest(context: new WasiContext { MaxFileSystemBytes = 200 * 1024 });
        var fd = guest.Open("f", Guest.OpenCreate);
        var block = new byte[16 * 1024];
        var total = 0;
        int errno;
        while ((errno = guest.TryWrite(fd, block, out var written)) == E.Success)
        {
            total += written;
            Assert.True(total <= 200 * 1024);
        }

        Assert.Equal(E.Nospc, errno);
        Assert.True(total >= 128 * 1024);
        Assert.Equal((ulong)total, guest.StatOf(fd).Size);
        // What is deleted can be used again, once the last descriptor is closed.
        Assert.Equal(E.Success, guest.Unlink("f"));
        Assert.Equal(E.Nospc, guest.TryWrite(guest.Open("g", Guest.OpenCreate), new byte[16 * 1024], out var some, offset: 190 * 1024));
        Assert.Equal(E.Success, guest.Close(fd));
        guest.Write(guest.Open("g"), "fits");
    }

    [Fact]
    public void Quota_Nodes_Limited()
    {
        using var guest = new Guest(context: new WasiContext { MaxFileSystemNodes = 3 });
        guest.PutFile("a");
        Assert.Equal(E.Success, guest.MakeDirectory("b"));
        Assert.Equal(E.Success, guest.Symlink("a", "c"));
        Assert.Equal(E.Nospc, guest.TryOpen("d", Guest.OpenCreate));
        Assert.Equal(E.Nospc, guest.MakeDirectory("d"));
        Assert.Equal(E.Nospc, guest.Symlink("a", "d"));
        Assert.Equal(E.Success, guest.Link("a", "d"));
        Assert.Equal(E.Success, guest.Unlink("c"));
        guest.PutFile("e");
    }

    [Fact]
    public void Quota_EverythingRemoved_IsBackAtZero()
    {
        using var guest = new Guest();
        for (var round = 0; round < 3; round++)
        {
            guest.PutFile("f", "content");
            guest.MakeDirectory("d");
            guest.Symlink("target", "l");
            guest.Link("f", "d/h");
            guest.Rename("d/h", "longer name");
            var fd = guest.Open("f");
            guest.Call("fd_allocate", fd, 0, 300_000);
            guest.Unlink("f");
            guest.Unlink("longer name");
            guest.Unlink("l");
            guest.RemoveDirectory("d");
            Assert.NotEqual(0, guest.Context.FileSystem.Quota.UsedBytes);
            guest.Close(fd);
            Assert.Equal(0, guest.Context.FileSystem.Quota.UsedBytes);
            Assert.Equal(0, guest.Context.FileSystem.Quota.UsedNodes);
        }
    }

    [Fact]
    public void BundledFiles_Read_FromSubfolders()
    {
        using var guest = new Guest(context: Bundle(("data/a.txt", "bundled"u8.ToArray()), ("/b.bin", [1, 2, 3]), ("../escape", [1])));
        Assert.Equal("bundled", guest.ReadFile("data/a.txt"));
        Assert.Equal([".", "..", "data", "b.bin"], guest.List("."));
        Assert.Equal(3ul, guest.StatOf("b.bin").Size);
    }

    [Fact]
    public void BundledFiles_Changed_OnlyForThisInvocation()
    {
        var content = "0123456789"u8.ToArray();
        var context = Bundle(("f", content), ("g", content));
        using var guest = new Guest(context: context);
        var fd = guest.Open("f");
        guest.Write(fd, "ab", offset: 4);
        Assert.Equal("0123ab6789", guest.ReadFile("f"));
        Assert.Equal(E.Success, guest.Call("fd_filestat_set_size", fd, 2));
        Assert.Equal("01", guest.ReadFile("f"));
        guest.PutFile("g", "new");
        Assert.Equal(E.Success, guest.Unlink("g"));
        Assert.Equal("0123456789"u8.ToArray(), content);
        context.End();
        context.Begin(guest.Invocation);
        Assert.Equal("0123456789", guest.ReadFile("f"));
        Assert.Equal("0123456789", guest.ReadFile("g"));
    }

    private static WasiContext Bundle(params (string Path, byte[] Content)[] files) =>
        new() { BundledFiles = [.. files.Select(f => (f.Path, (ReadOnlyMemory<byte>)f.Content))] };
}
