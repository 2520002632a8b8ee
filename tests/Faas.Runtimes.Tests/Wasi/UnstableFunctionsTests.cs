using Faas.Runtimes.Wasi;

namespace Faas.Runtimes.Tests.Wasi;

public class UnstableFunctionsTests
{
    [Fact]
    public void Unstable_Table_HasTheSameNamesAndSignatures()
    {
        Assert.Equal(WasiFunctions.All.Length, WasiFunctions.Unstable.Length);
        for (var i = 0; i < WasiFunctions.All.Length; i++)
        {
            Assert.Equal(WasiFunctions.All[i].Name, WasiFunctions.Unstable[i].Name);
            Assert.Equal(WasiFunctions.All[i].Parameters, WasiFunctions.Unstable[i].Parameters);
        }
    }

    [Theory]
    [InlineData(2, 2, E.Success, 2)]
    [InlineData(-2, 1, E.Success, 8)]
    [InlineData(-3, 0, E.Success, 7)]
    [InlineData(0, 3, E.Inval, 0)]
    public void FdSeek_Whence_HasOtherNumbers(long offset, int whence, int expected, ulong position)
    {
        using var guest = new Guest();
        var fd = guest.Open("f", Guest.OpenCreate);
        guest.Write(fd, "0123456789");
        Assert.Equal(expected, guest.CallUnstable("fd_seek", fd, offset, whence, 0));
        Assert.Equal(position, expected == E.Success ? guest.U64(0) : 0);
    }

    [Fact]
    public void Filestat_Layout_Has56Bytes()
    {
        using var guest = new Guest();
        guest.PutFile("f", "12345");
        guest.Link("f", "g");
        var expected = guest.StatOf("f");
        var fd = guest.Open("f");
        guest.Memory[..128].Fill(0xFF);
        Assert.Equal(E.Success, guest.CallUnstable("fd_filestat_get", fd, 0));
        Assert.Equal(expected.Inode, guest.U64(8));
        Assert.Equal(2u, guest.U32(20));
        Assert.Equal(5ul, guest.U64(24));
        Assert.Equal(expected.ChangeTime, guest.U64(48));
        Assert.Equal(0xFF, guest.Memory[56]);
        Assert.Equal(E.Success, guest.CallUnstable("fd_filestat_get", 1, 0));
        Assert.Equal(1u, guest.U32(20));
        Assert.Equal(0ul, guest.U64(24));
    }

    [Fact]
    public void PollOneoff_Layout_HasTheClockEightBytesLater()
    {
        using var guest = new Guest();
        guest.PutU64(0, 7);
        guest.PutU32(24, 1);
        guest.PutU64(32, 0);
        guest.PutU64(56, 8);
        guest.Memory[56 + 8] = 2;
        guest.PutU32(56 + 16, 1);
        Assert.Equal(E.Success, guest.CallUnstable("poll_oneoff", 0, 1000, 2, 2000));
        Assert.Equal(2u, guest.U32(2000));
        Assert.Equal(7ul, guest.U64(1000));
        Assert.Equal(8ul, guest.U64(1032));
    }
}
