using Faas.Runtimes.Wasi;
using Microsoft.Extensions.Time.Testing;

namespace Faas.Runtimes.Tests.Wasi;

public class StatFunctionsTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1000));

    private Guest Create() => new(context: new WasiContext(_time));

    [Fact]
    public void Stat_File_HasEverything()
    {
        using var guest = Create();
        guest.PutFile("f", "12345");
        var stat = guest.StatOf("f");
        Assert.Equal(Guest.TypeFile, stat.Type);
        Assert.Equal(5ul, stat.Size);
        Assert.Equal(1ul, stat.Links);
        Assert.Equal(1_000_000_000_000ul, stat.ModifyTime);
        Assert.NotEqual(stat.Inode, guest.StatOf(".").Inode);
        Assert.Equal(stat.Device, guest.StatOf(".").Device);
        Assert.Equal(guest.StatOf("."), guest.StatOf(3));
        Assert.Equal(stat, guest.StatOf(guest.Open("f")));
    }

    [Fact]
    public void Times_Changes_AreNoted()
    {
        using var guest = Create();
        guest.PutFile("f", "x");
        _time.Advance(TimeSpan.FromSeconds(1));
        var fd = guest.Open("f");
        guest.Read(fd);
        Assert.Equal((1001ul, 1000ul), Seconds(guest));
        _time.Advance(TimeSpan.FromSeconds(1));
        guest.Write(fd, "y");
        Assert.Equal((1001ul, 1002ul), Seconds(guest));
        _time.Advance(TimeSpan.FromSeconds(1));
        guest.Unlink("f");
        Assert.Equal(1003ul * 1_000_000_000, guest.StatOf(".").ModifyTime);
        Assert.Equal(1003ul * 1_000_000_000, guest.StatOf(fd).ChangeTime);
    }

    [Theory]
    [InlineData(0, E.Success, 1000, 1000)]
    [InlineData(1, E.Success, 7, 1000)]
    [InlineData(2, E.Success, 1005, 1000)]
    [InlineData(4, E.Success, 1000, 8)]
    [InlineData(8, E.Success, 1000, 1005)]
    [InlineData(5, E.Success, 7, 8)]
    [InlineData(10, E.Success, 1005, 1005)]
    [InlineData(3, E.Inval, 1000, 1000)]
    [InlineData(12, E.Inval, 1000, 1000)]
    [InlineData(16, E.Inval, 1000, 1000)]
    public void SetTimes_Flags_ByPathAndDescriptor(int flags, int expected, ulong access, ulong modify)
    {
        const long Second = 1_000_000_000;
        using var guest = Create();
        guest.PutFile("f");
        guest.PutFile("g");
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(expected, guest.Call("path_filestat_set_times", 3, 0, 0, guest.Put(0, "f"), 7 * Second, 8 * Second, flags));
        Assert.Equal((access, modify), Seconds(guest));
        var fd = guest.Open("g");
        Assert.Equal(expected, guest.Call("fd_filestat_set_times", fd, 7 * Second, 8 * Second, flags));
        Assert.Equal(modify * Second, guest.StatOf("g").ModifyTime);
    }

    [Fact]
    public void SetTimes_SymbolicLink_OfTheLinkOrItsTarget()
    {
        using var guest = Create();
        guest.PutFile("f");
        guest.Symlink("f", "l");
        Assert.Equal(E.Success, guest.Call("path_filestat_set_times", 3, 0, 0, guest.Put(0, "l"), 0, 5, 4));
        Assert.Equal(5ul, guest.StatOf("l").ModifyTime);
        Assert.NotEqual(5ul, guest.StatOf("f").ModifyTime);
        Assert.Equal(E.Success, guest.Call("path_filestat_set_times", 3, 1, 0, guest.Put(0, "l"), 0, 6, 4));
        Assert.Equal(6ul, guest.StatOf("f").ModifyTime);
        Assert.Equal(E.Noent, guest.Call("path_filestat_set_times", 3, 0, 0, guest.Put(0, "x"), 0, 6, 4));
        Assert.Equal(E.Success, guest.Call("fd_filestat_set_times", 3, 1, 2, 5));
        Assert.Equal(2ul, guest.StatOf(".").ModifyTime);
    }

    private static (ulong Access, ulong Modify) Seconds(Guest guest)
    {
        var stat = guest.StatOf("f");
        return (stat.AccessTime / 1_000_000_000, stat.ModifyTime / 1_000_000_000);
    }
}
