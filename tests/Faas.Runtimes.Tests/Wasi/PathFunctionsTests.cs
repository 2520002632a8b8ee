namespace Faas.Runtimes.Tests.Wasi;

public class PathFunctionsTests
{
    [Fact]
    public void CreateDirectory_Nested_ThenStat()
    {
        using var guest = new Guest();
        Assert.Equal(E.Success, guest.MakeDirectory("a"));
        Assert.Equal(E.Success, guest.MakeDirectory("a/b/"));
        Assert.Equal(E.Exist, guest.MakeDirectory("a"));
        Assert.Equal(E.Exist, guest.MakeDirectory("a/b/.."));
        Assert.Equal(E.Noent, guest.MakeDirectory("x/y"));
        guest.PutFile("f");
        Assert.Equal(E.Notdir, guest.MakeDirectory("f/y"));
        Assert.Equal(E.Exist, guest.MakeDirectory("f"));
        Assert.Equal(3ul, guest.StatOf("a").Links);
        Assert.Equal(Guest.TypeDirectory, guest.StatOf("a/b").Type);
    }

    [Theory]
    [InlineData("", E.Noent)]
    [InlineData("/", E.Perm)]
    [InlineData("/d", E.Perm)]
    [InlineData("..", E.Perm)]
    [InlineData("d/../..", E.Perm)]
    [InlineData("d/../../d", E.Perm)]
    [InlineData("d\0", E.Inval)]
    [InlineData("missing", E.Noent)]
    [InlineData("missing/.", E.Noent)]
    [InlineData("f/", E.Notdir)]
    [InlineData("f/.", E.Notdir)]
    [InlineData("f/..", E.Notdir)]
    [InlineData(".", E.Success)]
    [InlineData("d/", E.Success)]
    [InlineData("d///", E.Success)]
    [InlineData("./d//.//../f", E.Success)]
    [InlineData("d/..", E.Success)]
    public void Stat_InterestingPath_Answers(string path, int expected)
    {
        using var guest = new Guest();
        guest.MakeDirectory("d");
        guest.PutFile("f");
        Assert.Equal(expected, guest.TryStat(path, out _));
    }

    [Fact]
    public void Stat_BadPath_Errors()
    {
        using var guest = new Guest();
        Assert.Equal(E.NameTooLong, guest.TryStat(new string('n', 256), out _));
        Assert.Equal(E.Noent, guest.TryStat(new string('n', 255), out _));
        Assert.Equal(E.NameTooLong, guest.TryStat(string.Concat(Enumerable.Repeat("./", 2048)), out _));
        guest.Memory[0] = 0xC3;
        Assert.Equal(E.Ilseq, guest.Call("path_filestat_get", 3, 0, 0, 1, 100));
        Assert.Equal(E.Fault, guest.Call("path_filestat_get", 3, 0, Guest.MemoryBytes - 1, 2, 100));
        Assert.Equal(E.Fault, guest.Call("path_filestat_get", 3, 0, 1, uint.MaxValue, 100));
        Assert.Equal(E.Inval, guest.Call("path_filestat_get", 3, 2, 0, 1, 100));
        Assert.Equal(E.Badf, guest.Call("path_filestat_get", 9, 0, 0, 1, 100));
        Assert.Equal(E.Notdir, guest.Call("path_filestat_get", 1, 0, 0, 1, 100));
        guest.Put(0, ".");
        Assert.Equal(E.Fault, guest.Call("path_filestat_get", 3, 0, 0, 1, Guest.MemoryBytes - 63));
    }

    [Fact]
    public void Sandbox_SubdirectoryDescriptor_CannotGoAbove()
    {
        using var guest = new Guest();
        guest.MakeDirectory("a");
        guest.PutFile("secret");
        var fd = guest.Open("a", Guest.OpenDirectory);
        Assert.Equal(E.Perm, guest.TryOpen("../secret", at: fd));
        Assert.Equal(E.Success, guest.Symlink("../secret", "a/link"));
        Assert.Equal(E.Perm, guest.TryOpen("link", at: fd));
        Assert.Equal(E.Success, guest.TryOpen("a/link"));
    }

    [Fact]
    public void Unlink_Kinds_Answer()
    {
        using var guest = new Guest();
        guest.PutFile("f");
        guest.MakeDirectory("d");
        guest.Symlink("f", "l");
        Assert.Equal(E.Isdir, guest.Unlink("d"));
        Assert.Equal(E.Isdir, guest.Unlink("d/"));
        Assert.Equal(E.Isdir, guest.Unlink("."));
        Assert.Equal(E.Notdir, guest.Unlink("f/"));
        Assert.Equal(E.Notdir, guest.Unlink("l/"));
        Assert.Equal(E.Noent, guest.Unlink("x"));
        Assert.Equal(E.Success, guest.Unlink("l"));
        Assert.Equal(E.Success, guest.Unlink("f"));
        Assert.Equal(E.Noent, guest.Unlink("f"));
    }

    [Fact]
    public void RemoveDirectory_Kinds_Answer()
    {
        using var guest = new Guest();
        guest.MakeDirectory("d");
        guest.MakeDirectory("d/e");
        guest.PutFile("f");
        guest.Symlink("d", "l");
        Assert.Equal(E.Notempty, guest.RemoveDirectory("d"));
        Assert.Equal(E.Notdir, guest.RemoveDirectory("f"));
        Assert.Equal(E.Notdir, guest.RemoveDirectory("f/"));
        Assert.Equal(E.Notdir, guest.RemoveDirectory("l"));
        Assert.Equal(E.Notdir, guest.RemoveDirectory("l/"));
        Assert.Equal(E.Inval, guest.RemoveDirectory("."));
        Assert.Equal(E.Noent, guest.RemoveDirectory("x"));
        Assert.Equal(E.Success, guest.RemoveDirectory("d/e/"));
        Assert.Equal(E.Success, guest.RemoveDirectory("d"));
    }

    [Fact]
    public void OpenFile_Unlinked_StaysUsable()
    {
        using var guest = new Guest();
        guest.PutFile("f", "still here");
        var fd = guest.Open("f");
        Assert.Equal(E.Success, guest.Unlink("f"));
        Assert.Equal("still here", guest.Read(fd));
        Assert.Equal(0ul, guest.StatOf(fd).Links);
        guest.PutFile("f", "another");
        Assert.Equal("still here", guest.Read(fd, offset: 0));
    }

    [Fact]
    public void OpenDirectory_Removed_CannotBeFilled()
    {
        using var guest = new Guest();
        guest.MakeDirectory("d");
        var fd = guest.Open("d", Guest.OpenDirectory);
        Assert.Equal(E.Success, guest.RemoveDirectory("d"));
        Assert.Equal(E.Noent, guest.TryOpen("f", Guest.OpenCreate, at: fd));
        Assert.Equal(E.Noent, guest.MakeDirectory("e", fd));
        Assert.Equal(E.Success, guest.Close(fd));
        Assert.Equal(0, guest.Context.FileSystem.Quota.UsedNodes);
    }

    [Fact]
    public void Link_Kinds_Answer()
    {
        using var guest = new Guest();
        guest.PutFile("f", "x");
        guest.MakeDirectory("d");
        Assert.Equal(E.Success, guest.Link("f", "d/g"));
        Assert.Equal(2ul, guest.StatOf("f").Links);
        Assert.Equal(guest.StatOf("f"), guest.StatOf("d/g"));
        Assert.Equal(E.Exist, guest.Link("f", "d/g"));
        Assert.Equal(E.Exist, guest.Link("f", "f"));
        Assert.Equal(E.Exist, guest.Link("f", "d"));
        Assert.Equal(E.Perm, guest.Link("d", "e"));
        Assert.Equal(E.Noent, guest.Link("x", "e"));
        Assert.Equal(E.Noent, guest.Link("f", "e/"));
        Assert.Equal(E.Notdir, guest.Link("f/", "e"));
        guest.Symlink("nowhere", "l");
        Assert.Equal(E.Success, guest.Link("l", "m"));
        Assert.Equal(Guest.TypeLink, guest.StatOf("m").Type);
        Assert.Equal(E.Noent, guest.Link("l", "n", follow: 1));
        guest.Symlink("f", "to-f");
        Assert.Equal(E.Success, guest.Link("to-f", "n", follow: 1));
        Assert.Equal(Guest.TypeFile, guest.StatOf("n").Type);
        Assert.Equal(E.Inval, guest.Link("f", "o", follow: 2));
    }

    [Fact]
    public void Symlink_Kinds_Answer()
    {
        using var guest = new Guest();
        guest.MakeDirectory("d");
        guest.PutFile("f");
        Assert.Equal(E.Success, guest.Symlink("f", "l"));
        Assert.Equal(E.Exist, guest.Symlink("f", "l"));
        Assert.Equal(E.Exist, guest.Symlink("f", "d/"));
        Assert.Equal(E.Notdir, guest.Symlink("f", "f/"));
        Assert.Equal(E.Noent, guest.Symlink("f", "new/"));
        Assert.Equal(E.Noent, guest.Symlink("", "new"));
        Assert.Equal(E.Perm, guest.Symlink("/", "new"));
        Assert.Equal(1ul, guest.StatOf("l").Size);
        Assert.Equal(Guest.TypeFile, guest.StatOf("l", follow: 1).Type);
    }

    [Fact]
    public void Symlinks_Everywhere_AreFollowed()
    {
        using var guest = new Guest();
        guest.MakeDirectory("d");
        guest.PutFile("d/f", "deep");
        guest.Symlink("d", "l");
        guest.Symlink("../l/f", "d/m");
        Assert.Equal("deep", guest.ReadFile("l/m"));
        Assert.Equal(Guest.TypeDirectory, guest.StatOf("l/").Type);
        Assert.Equal(E.Success, guest.MakeDirectory("l/sub"));
        Assert.Equal(Guest.TypeDirectory, guest.StatOf("d/sub").Type);
    }

    [Fact]
    public void Symlinks_Loop_IsFound()
    {
        using var guest = new Guest();
        guest.Symlink("b", "a");
        guest.Symlink("a", "b");
        Assert.Equal(E.Loop, guest.TryOpen("a"));
        Assert.Equal(E.Loop, guest.TryOpen("a/x"));
        Assert.Equal(E.Loop, guest.TryStat("a", out _, follow: 1));
        Assert.Equal(E.Success, guest.TryStat("a", out _));
        guest.Symlink("s/s/s/s", "s");
        Assert.Equal(E.Loop, guest.TryOpen("s"));
    }

    [Fact]
    public void Symlinks_LongChain_LimitedTo40()
    {
        using var guest = new Guest();
        guest.PutFile("0", "end");
        for (var i = 1; i <= 41; i++)
        {
            guest.Symlink($"{i - 1}", $"{i}");
        }

        Assert.Equal("end", guest.ReadFile("40"));
        Assert.Equal(E.Loop, guest.TryOpen("41"));
    }

    [Fact]
    public void Readlink_Buffers_Cut()
    {
        using var guest = new Guest();
        guest.Symlink("target", "l");
        var length = guest.Put(0, "l");
        Assert.Equal(E.Success, guest.Call("path_readlink", 3, 0, length, 100, 10, 50));
        Assert.Equal(6u, guest.U32(50));
        Assert.Equal("target\0\0\0\0", guest.Text(100, 10));
        Assert.Equal(E.Success, guest.Call("path_readlink", 3, 0, length, 200, 4, 50));
        Assert.Equal(4u, guest.U32(50));
        Assert.Equal("targ\0", guest.Text(200, 5));
        Assert.Equal(E.Success, guest.Call("path_readlink", 3, 0, length, 200, 0, 50));
        Assert.Equal(0u, guest.U32(50));
        Assert.Equal(E.Fault, guest.Call("path_readlink", 3, 0, length, Guest.MemoryBytes - 5, 6, 50));
        Assert.Equal(E.Fault, guest.Call("path_readlink", 3, 0, length, 100, 10, Guest.MemoryBytes - 3));
        guest.PutFile("f");
        Assert.Equal(E.Inval, guest.Call("path_readlink", 3, 0, guest.Put(0, "f"), 100, 10, 50));
        Assert.Equal(E.Noent, guest.Call("path_readlink", 3, 0, guest.Put(0, "x"), 100, 10, 50));
    }

    [Fact]
    public void Rename_Files_Replace()
    {
        using var guest = new Guest();
        guest.PutFile("a", "A");
        guest.PutFile("b", "B");
        Assert.Equal(E.Success, guest.Rename("a", "b"));
        Assert.Equal("A", guest.ReadFile("b"));
        Assert.Equal(E.Noent, guest.TryOpen("a"));
        Assert.Equal(E.Noent, guest.Rename("a", "c"));
        Assert.Equal(E.Notdir, guest.Rename("b", "c/"));
        Assert.Equal(E.Notdir, guest.Rename("b/", "c"));
        guest.MakeDirectory("d");
        Assert.Equal(E.Isdir, guest.Rename("b", "d"));
        Assert.Equal(E.Success, guest.Rename("b", "d/b"));
        Assert.Equal(E.Noent, guest.Rename("d/b", "x/b"));
        guest.Link("d/b", "d/c");
        Assert.Equal(E.Success, guest.Rename("d/b", "d/c"));
        Assert.Equal([".", "..", "b", "c"], guest.List("d"));
        Assert.Equal(E.Success, guest.Rename("d/b", "d/b"));
    }

    [Fact]
    public void Rename_Directories_Answer()
    {
        using var guest = new Guest();
        guest.MakeDirectory("a");
        guest.MakeDirectory("a/sub");
        guest.PutFile("a/sub/f", "x");
        guest.MakeDirectory("empty");
        guest.PutFile("file");
        Assert.Equal(E.Notdir, guest.Rename("a", "file"));
        Assert.Equal(E.Inval, guest.Rename("a", "a/sub/b"));
        Assert.Equal(E.Inval, guest.Rename("a", "a/b"));
        Assert.Equal(E.Notempty, guest.Rename("empty", "a"));
        Assert.Equal(E.Notempty, guest.Rename("a/sub", "a"));
        Assert.Equal(E.Inval, guest.Rename(".", "x"));
        Assert.Equal(E.Inval, guest.Rename("a", "empty/."));
        Assert.Equal(E.Success, guest.Rename("a/", "empty/"));
        Assert.Equal("x", guest.ReadFile("empty/sub/f"));
        Assert.Equal(E.Success, guest.Rename("empty/sub", "moved/"));
        Assert.Equal("x", guest.ReadFile("moved/../moved/f"));
        Assert.Equal(2ul, guest.StatOf("empty").Links);
        Assert.Equal(4ul, guest.StatOf(".").Links);
    }

    [Fact]
    public void Rename_OpenTarget_StaysUsable()
    {
        using var guest = new Guest();
        guest.PutFile("a", "A");
        guest.PutFile("b", "B");
        var fd = guest.Open("b");
        Assert.Equal(E.Success, guest.Rename("a", "b"));
        Assert.Equal("B", guest.Read(fd));
    }

    [Fact]
    public void Rights_Missing_NotCapable()
    {
        using var guest = new Guest();
        guest.MakeDirectory("d");
        guest.PutFile("d/f");
        var fd = guest.Open("d", Guest.OpenDirectory, rights: 0, inheriting: 0);
        Assert.Equal(E.Notcapable, guest.TryOpen("f", rights: 0, inheriting: 0, at: fd));
        Assert.Equal(E.Notcapable, guest.MakeDirectory("x", fd));
        Assert.Equal(E.Notcapable, guest.Unlink("f", fd));
        Assert.Equal(E.Notcapable, guest.RemoveDirectory("f", fd));
        Assert.Equal(E.Notcapable, guest.Call("fd_readdir", fd, 0, 100, 0, 200));
        Assert.Equal(E.Notcapable, guest.Call("fd_filestat_get", fd, 0));
        guest.Put(0, "f");
        Assert.Equal(E.Notcapable, guest.Call("path_filestat_get", fd, 0, 0, 1, 100));
        Assert.Equal(E.Notcapable, guest.Call("path_filestat_set_times", fd, 0, 0, 1, 0, 0, 0));
        Assert.Equal(E.Notcapable, guest.Call("path_readlink", fd, 0, 1, 0, 0, 100));
        Assert.Equal(E.Notcapable, guest.Call("path_symlink", 0, 1, fd, 0, 1));
        Assert.Equal(E.Notcapable, guest.Call("path_rename", fd, 0, 1, 3, 0, 1));
        Assert.Equal(E.Notcapable, guest.Call("path_link", fd, 0, 0, 1, 3, 0, 1));
    }
}
