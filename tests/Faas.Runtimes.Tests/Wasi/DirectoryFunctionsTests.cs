namespace Faas.Runtimes.Tests.Wasi;

public class DirectoryFunctionsTests
{
    [Fact]
    public void Readdir_Empty_HasDotAndDotDot()
    {
        using var guest = new Guest();
        guest.MakeDirectory("d");
        var fd = guest.Open("d", Guest.OpenDirectory);
        var entries = guest.ReadDirectory(fd, 0, 256, out var used);
        Assert.Equal((24 * 2) + 3, used);
        Assert.Equal((".", 1ul, guest.StatOf("d").Inode, Guest.TypeDirectory), entries[0]);
        Assert.Equal(("..", 2ul, guest.StatOf(".").Inode, Guest.TypeDirectory), entries[1]);
    }

    [Fact]
    public void Readdir_Kinds_AreTold()
    {
        using var guest = new Guest();
        guest.PutFile("f");
        guest.MakeDirectory("d");
        guest.Symlink("f", "l");
        var entries = guest.ReadDirectory(3, 2, 4096, out _);
        Assert.Equal([("f", Guest.TypeFile), ("d", Guest.TypeDirectory), ("l", Guest.TypeLink)], entries.Select(e => (e.Name, e.Type)));
        Assert.Equal(guest.StatOf("l").Inode, entries[2].Inode);
    }

    [Fact]
    public void Readdir_SmallBuffers_ContinueByCookie()
    {
        using var guest = new Guest();
        for (var i = 0; i < 100; i++)
        {
            guest.PutFile($"file.{i}");
        }

        var names = new List<string>();
        ulong cookie = 0;
        while (true)
        {
            var entries = guest.ReadDirectory(3, cookie, 100, out var used);
            names.AddRange(entries.Select(e => e.Name));
            if (used < 100)
            {
                break;
            }

            cookie = entries[^1].Next;
        }

        Assert.Equal([".", "..", .. Enumerable.Range(0, 100).Select(i => $"file.{i}")], names);
    }

    [Fact]
    public void Readdir_RemovedWhileReading_SeesTheRestOnce()
    {
        using var guest = new Guest();
        for (var i = 0; i < 50; i++)
        {
            guest.PutFile($"{i:00}");
        }

        var seen = new List<string>();
        for (ulong cookie = 2; ;)
        {
            var entries = guest.ReadDirectory(3, cookie, 26 * 3, out _);
            if (entries.Count == 0)
            {
                break;
            }

            foreach (var entry in entries)
            {
                seen.Add(entry.Name);
                Assert.Equal(E.Success, guest.Unlink(entry.Name));
                cookie = entry.Next;
            }
        }

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i:00}"), seen);
        Assert.Equal([".", ".."], guest.List("."));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(23)]
    [InlineData(24)]
    [InlineData(25)]
    public void Readdir_TinyBuffer_IsFilledNeverOverrun(int bytes)
    {
        using var guest = new Guest();
        guest.ReadDirectory(3, 0, bytes, out var used);
        Assert.Equal(bytes, used);
    }

    [Fact]
    public void Readdir_StrangeArguments_Answer()
    {
        using var guest = new Guest();
        Assert.Equal(E.Success, guest.Call("fd_readdir", 3, 100, 100, -1, 0));
        Assert.Equal(0u, guest.U32(0));
        Assert.Equal(E.Fault, guest.Call("fd_readdir", 3, 100, uint.MaxValue, 0, 0));
        Assert.Equal(E.Fault, guest.Call("fd_readdir", 3, 100, 100, 0, Guest.MemoryBytes - 3));
        Assert.Equal(E.Badf, guest.Call("fd_readdir", 9, 100, 100, 0, 0));
        guest.PutFile("f");
        Assert.Equal(E.Notdir, guest.Call("fd_readdir", guest.Open("f"), 100, 100, 0, 0));
    }
}
