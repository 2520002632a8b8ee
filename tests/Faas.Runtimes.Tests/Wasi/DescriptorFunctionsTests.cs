namespace Faas.Runtimes.Tests.Wasi;

public class DescriptorFunctionsTests
{
    [Fact]
    public void Prestat_Root_IsSlash()
    {
        using var guest = new Guest();
        Assert.Equal(E.Success, guest.Call("fd_prestat_get", 3, 0));
        Assert.Equal(0u, guest.U32(0));
        Assert.Equal(1u, guest.U32(4));
        Assert.Equal(E.Success, guest.Call("fd_prestat_dir_name", 3, 8, 1));
        Assert.Equal("/", guest.Text(8, 1));
        Assert.Equal(E.Success, guest.Call("fd_prestat_dir_name", 3, 16, 2));
        Assert.False(guest.Context.HasFileSystem);
    }

    [Fact]
    public void Prestat_Errors()
    {
        using var guest = new Guest();
        Assert.Equal(E.Badf, guest.Call("fd_prestat_get", 2, 0));
        Assert.Equal(E.Badf, guest.Call("fd_prestat_get", 4, 0));
        Assert.Equal(E.Badf, guest.Call("fd_prestat_dir_name", 4, 0, 1));
        Assert.Equal(E.NameTooLong, guest.Call("fd_prestat_dir_name", 3, 0, 0));
        Assert.Equal(E.Fault, guest.Call("fd_prestat_dir_name", 3, Guest.MemoryBytes, 1));
        Assert.Equal(E.Fault, guest.Call("fd_prestat_get", 3, Guest.MemoryBytes - 7));
    }

    [Fact]
    public void FdstatGet_Output_IsNoTerminal()
    {
        using var guest = new Guest();
        Assert.Equal(E.Success, guest.Call("fd_fdstat_get", 1, 0));
        Assert.Equal(0, guest.Memory[0]);
        Assert.Equal(0ul, guest.U64(8) & (ulong)(Guest.RightSeek | Guest.RightTell));
        Assert.Equal(E.Badf, guest.Call("fd_fdstat_get", 77, 0));
        Assert.Equal(E.Fault, guest.Call("fd_fdstat_get", 1, Guest.MemoryBytes - 23));
    }

    [Fact]
    public void FdstatSetRights_OnlyGivesUp()
    {
        using var guest = new Guest();
        var fd = guest.Open("f", Guest.OpenCreate, Guest.RightRead | Guest.RightWrite);
        Assert.Equal(E.Success, guest.Call("fd_fdstat_set_rights", fd, Guest.RightRead, 0));
        Assert.Equal(E.Notcapable, guest.TryWrite(fd, "x"u8, out _));
        Assert.Equal(E.Notcapable, guest.Call("fd_fdstat_set_rights", fd, Guest.RightRead | Guest.RightWrite, 0));
        Assert.Equal(E.Badf, guest.Call("fd_fdstat_set_rights", 99, 0, 0));
        guest.Call("fd_fdstat_get", fd, 0);
        Assert.Equal((ulong)Guest.RightRead, guest.U64(8));
    }

    [Fact]
    public void FdstatSetFlags_Append_ChangesWrites()
    {
        using var guest = new Guest();
        guest.PutFile("f", "ab");
        var fd = guest.Open("f");
        Assert.Equal(E.Success, guest.Call("fd_fdstat_set_flags", fd, 1));
        guest.Write(fd, "cd");
        Assert.Equal("abcd", guest.ReadFile("f"));
        Assert.Equal(E.Inval, guest.Call("fd_fdstat_set_flags", fd, 1 << 5));
        Assert.Equal(E.Badf, guest.Call("fd_fdstat_set_flags", 99, 0));
        var bare = guest.Open("f", rights: 0);
        Assert.Equal(E.Notcapable, guest.Call("fd_fdstat_set_flags", bare, 1));
    }

    [Fact]
    public void Close_Open_FreesTheNumber()
    {
        using var guest = new Guest();
        var first = guest.Open("a", Guest.OpenCreate);
        var second = guest.Open("b", Guest.OpenCreate);
        Assert.Equal(4, first);
        Assert.Equal(5, second);
        Assert.Equal(E.Success, guest.Close(first));
        Assert.Equal(E.Badf, guest.Close(first));
        Assert.Equal(4, guest.Open("a"));
        Assert.Equal(E.Badf, guest.Close(-1));
    }

    [Fact]
    public void Close_PreopenedDirectory_OthersStayOpen()
    {
        using var guest = new Guest();
        var directory = guest.Open(".", Guest.OpenDirectory);
        Assert.Equal(E.Success, guest.Close(3));
        Assert.Equal(E.Badf, guest.Call("fd_prestat_get", 3, 0));
        Assert.Equal(E.Success, guest.MakeDirectory("x", directory));
    }

    [Fact]
    public void Renumber_OverAnOpenFile_Replaces()
    {
        using var guest = new Guest();
        guest.PutFile("a", "A");
        guest.PutFile("b", "B");
        var from = guest.Open("a");
        var to = guest.Open("b");
        Assert.Equal(E.Success, guest.Call("fd_renumber", from, to));
        Assert.Equal("A", guest.Read(to));
        Assert.Equal(E.Badf, guest.Close(from));
        Assert.Equal(E.Badf, guest.Call("fd_renumber", to, from));
        Assert.Equal(E.Badf, guest.Call("fd_renumber", 99, to));
        Assert.Equal(E.Success, guest.Call("fd_renumber", to, to));
        Assert.Equal(E.Success, guest.Close(to));
    }

    [Fact]
    public void Renumber_FileOverOutput_RedirectsIt()
    {
        using var guest = new Guest();
        var fd = guest.Open("log", Guest.OpenCreate);
        Assert.Equal(E.Success, guest.Call("fd_renumber", fd, 1));
        guest.Write(1, "redirected");
        Assert.Equal("redirected", guest.ReadFile("log"));
        Assert.Empty(guest.Invocation.Output);
    }

    [Fact]
    public void Open_TooMany_Mfile()
    {
        using var guest = new Guest();
        guest.PutFile("f");
        for (var i = 4; i < 1024; i++)
        {
            Assert.Equal(E.Success, guest.TryOpen("f"));
        }

        Assert.Equal(E.Mfile, guest.TryOpen("f"));
        Assert.Equal(E.Mfile, guest.TryOpen("new", Guest.OpenCreate));
        Assert.Equal(E.Success, guest.Close(500));
        Assert.Equal(500, guest.Open("f"));
        Assert.Equal([".", "..", "f"], ListWithOneDescriptor(guest));
    }

    private static string[] ListWithOneDescriptor(Guest guest)
    {
        Assert.Equal(E.Success, guest.Close(500));
        return guest.List(".");
    }
}
