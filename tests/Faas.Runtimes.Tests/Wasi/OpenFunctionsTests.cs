namespace Faas.Runtimes.Tests.Wasi;

public class OpenFunctionsTests
{
    [Fact]
    public void Open_Create_MakesAnEmptyFile()
    {
        using var guest = new Guest();
        Assert.Equal(E.Noent, guest.TryOpen("f"));
        Assert.Equal(E.Success, guest.TryOpen("f", Guest.OpenCreate));
        Assert.Equal(0ul, guest.StatOf("f").Size);
        Assert.Equal(E.Exist, guest.TryOpen("f", Guest.OpenCreate | Guest.OpenExclusive));
        Assert.Equal(E.Isdir, guest.TryOpen("new/", Guest.OpenCreate));
        Assert.Equal(E.Noent, guest.TryOpen("no/f", Guest.OpenCreate));
        Assert.Equal(E.Inval, guest.TryOpen("d", Guest.OpenCreate | Guest.OpenDirectory));
        Assert.Equal(E.Inval, guest.TryOpen("f", 1 << 4));
        Assert.Equal(E.Inval, guest.TryOpen("f", flags: 1 << 5));
        Assert.Equal(E.Inval, guest.TryOpen("f", follow: 2));
    }

    [Fact]
    public void Open_Truncate_Empties()
    {
        using var guest = new Guest();
        guest.PutFile("f", "content");
        Assert.Equal(E.Success, guest.TryOpen("f", Guest.OpenTruncate, Guest.RightRead));
        Assert.Equal(0ul, guest.StatOf("f").Size);
    }

    [Fact]
    public void Open_Truncate_NeedsTheRight()
    {
        using var guest = new Guest();
        guest.PutFile("f", "content");
        var directory = guest.Open(".", Guest.OpenDirectory, Guest.AllRights & ~(1L << 19));
        Assert.Equal(E.Notcapable, guest.TryOpen("f", Guest.OpenTruncate, at: directory));
        var noCreate = guest.Open(".", Guest.OpenDirectory, Guest.AllRights & ~(1L << 10));
        Assert.Equal(E.Notcapable, guest.TryOpen("g", Guest.OpenCreate, at: noCreate));
    }

    [Fact]
    public void Open_Directory_Kinds()
    {
        using var guest = new Guest();
        guest.MakeDirectory("d");
        guest.PutFile("f");
        Assert.Equal(E.Success, guest.TryOpen("d", Guest.OpenDirectory));
        Assert.Equal(E.Success, guest.TryOpen("d", rights: Guest.RightRead));
        Assert.Equal(E.Isdir, guest.TryOpen("d", rights: Guest.RightRead | Guest.RightWrite));
        Assert.Equal(E.Isdir, guest.TryOpen("d", Guest.OpenTruncate, rights: 0));
        Assert.Equal(E.Isdir, guest.TryOpen("d", Guest.OpenCreate, rights: 0));
        Assert.Equal(E.Notdir, guest.TryOpen("f", Guest.OpenDirectory));
        Assert.Equal(E.Notdir, guest.TryOpen("f/"));
        Assert.Equal(E.Success, guest.TryOpen("d/", rights: 0, flags: 4));
        var file = guest.Open("f");
        Assert.Equal(E.Notdir, guest.TryOpen("g", Guest.OpenCreate, at: file));
    }

    [Fact]
    public void Open_SymbolicLink_FollowedOnlyIfAsked()
    {
        using var guest = new Guest();
        guest.Symlink("target", "l");
        Assert.Equal(E.Loop, guest.TryOpen("l", follow: 0));
        Assert.Equal(E.Loop, guest.TryOpen("l", Guest.OpenDirectory, follow: 0));
        Assert.Equal(E.Noent, guest.TryOpen("l"));
        Assert.Equal(E.Exist, guest.TryOpen("l", Guest.OpenCreate | Guest.OpenExclusive));
        Assert.Equal(E.Success, guest.TryOpen("l", Guest.OpenCreate));
        Assert.Equal(Guest.TypeFile, guest.StatOf("target").Type);
        Assert.Equal(E.Notdir, guest.TryOpen("l", Guest.OpenDirectory));
    }

    [Fact]
    public void Open_Rights_AreInheritedAndLimited()
    {
        using var guest = new Guest();
        guest.PutFile("f", "x");
        var directory = guest.Open(".", Guest.OpenDirectory, inheriting: Guest.RightRead);
        Assert.Equal(E.Notcapable, guest.TryOpen("f", rights: Guest.RightRead | Guest.RightWrite, inheriting: 0, at: directory));
        Assert.Equal(E.Notcapable, guest.TryOpen(".", rights: 0, inheriting: Guest.RightWrite, at: directory));
        var fd = guest.Open("f", rights: Guest.RightRead, inheriting: 0, at: directory);
        Assert.Equal("x", guest.Read(fd));
        Assert.Equal(E.Notcapable, guest.TryWrite(fd, "y"u8, out _));
        Assert.Equal(E.Notcapable, guest.TryRead(fd, 1, out _, offset: 0));
        // Rights that no file has are left out, not refused.
        var seekable = guest.Open(".", Guest.OpenDirectory, Guest.RightSeek, 0);
        Assert.Equal(E.Success, guest.Call("fd_fdstat_get", seekable, 0));
        Assert.Equal(0ul, guest.U64(8));
        Assert.Equal(E.Success, guest.TryOpen("f", rights: -1, inheriting: -1));
    }

    [Fact]
    public void Open_ResultOutside_FaultAndNothingCreated()
    {
        using var guest = new Guest();
        guest.Put(0, "f");
        Assert.Equal(E.Fault, guest.Call("path_open", 3, 0, 0, 1, Guest.OpenCreate, 0, 0, 0, Guest.MemoryBytes - 3));
        Assert.Equal(E.Noent, guest.TryOpen("f"));
    }
}
