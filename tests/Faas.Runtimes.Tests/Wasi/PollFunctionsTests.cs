using Faas.Runtimes.Wasi;
using Microsoft.Extensions.Time.Testing;

namespace Faas.Runtimes.Tests.Wasi;

public class PollFunctionsTests
{
    private const int In = 0;
    private const int Out = 0x1000;
    private const int Count = 0x2000;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1000));

    /// <summary>Sleeping moves the fake clock: no test waits.</summary>
    private Guest Create(StubInvocation? invocation = null) =>
        new(invocation, new WasiContext(_time) { Sleep = _time.Advance });

    private static void PutClock(Guest guest, int index, ulong userData, uint clock, ulong timeout, ushort flags = 0)
    {
        var at = In + (index * 48);
        guest.Memory.Slice(at, 48).Clear();
        guest.PutU64(at, userData);
        guest.PutU32(at + 16, clock);
        guest.PutU64(at + 24, timeout);
        guest.Memory[at + 40] = (byte)flags;
    }

    private static void PutDescriptor(Guest guest, int index, ulong userData, byte type, uint fd)
    {
        var at = In + (index * 48);
        guest.Memory.Slice(at, 48).Clear();
        guest.PutU64(at, userData);
        guest.Memory[at + 8] = type;
        guest.PutU32(at + 16, fd);
    }

    private static (ulong UserData, int Error, byte Type, ulong Bytes, byte Flags)[] Poll(Guest guest, int count)
    {
        Assert.Equal(E.Success, guest.Call("poll_oneoff", In, Out, count, Count));
        var events = new (ulong, int, byte, ulong, byte)[guest.U32(Count)];
        for (var i = 0; i < events.Length; i++)
        {
            var at = Out + (i * 32);
            events[i] = (guest.U64(at), guest.U16(at + 8), guest.Memory[at + 10], guest.U64(at + 16), guest.Memory[at + 24]);
        }

        return events;
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    public void Poll_Clock_WaitsThatLong(uint clock, ushort absolute)
    {
        using var guest = Create();
        var start = _time.GetUtcNow();
        guest.Call("clock_time_get", clock, 0, 0x3000);
        var from = absolute != 0 ? guest.U64(0x3000) : 0;
        PutClock(guest, 0, 77, clock, from + 25_000_000, absolute);
        Assert.Equal([(77ul, 0, (byte)0, 0ul, (byte)0)], Poll(guest, 1));
        Assert.Equal(TimeSpan.FromMilliseconds(25), _time.GetUtcNow() - start);
    }

    [Fact]
    public void Poll_ClockInThePast_IsDueAtOnce()
    {
        using var guest = Create();
        var start = _time.GetUtcNow();
        PutClock(guest, 0, 1, 0, 5, flags: 1);
        PutClock(guest, 1, 2, 1, 0);
        PutClock(guest, 2, 3, 1, ulong.MaxValue);
        Assert.Equal([1ul, 2ul], Poll(guest, 3).Select(e => e.UserData));
        Assert.Equal(start, _time.GetUtcNow());
    }

    [Fact]
    public void Poll_TwoClocks_TheEarlierWins()
    {
        using var guest = Create();
        PutClock(guest, 0, 1, 1, 50_000_000);
        PutClock(guest, 1, 2, 1, 20_000_000);
        Assert.Equal([2ul], Poll(guest, 2).Select(e => e.UserData));
    }

    [Fact]
    public void Poll_Sleep_IsNotCpuTime()
    {
        using var guest = Create();
        PutClock(guest, 0, 1, 1, 50_000_000);
        Poll(guest, 1);
        guest.Call("clock_time_get", 2, 0, 0x3000);
        Assert.Equal(0ul, guest.U64(0x3000));
    }

    [Fact]
    public void Poll_BadClocks_AnswerByEvent()
    {
        using var guest = Create();
        PutClock(guest, 0, 1, 2, 50);
        PutClock(guest, 1, 2, 9, 50);
        PutDescriptor(guest, 2, 3, 3, 0);
        Assert.Equal([(1ul, E.Notsup), (2ul, E.Inval), (3ul, E.Inval)], Poll(guest, 3).Select(e => (e.UserData, e.Error)));
    }

    [Fact]
    public void Poll_Output_IsReadyBeforeAnyClock()
    {
        using var guest = Create();
        PutDescriptor(guest, 0, 1, 2, 1);
        PutDescriptor(guest, 1, 2, 2, 2);
        PutClock(guest, 2, 3, 1, 200_000_000);
        Assert.Equal([(1ul, 0, 2), (2ul, 0, 2)], Poll(guest, 3).Select(e => (e.UserData, e.Error, (int)e.Type)));
    }

    [Fact]
    public void Poll_Input_TellsBytesThenHangup()
    {
        using var guest = Create(new StubInvocation { Input = "abc"u8.ToArray() });
        PutDescriptor(guest, 0, 5, 1, 0);
        Assert.Equal([(5ul, 0, (byte)1, 3ul, (byte)0)], Poll(guest, 1));
        guest.TryRead(0, 10, out _);
        PutDescriptor(guest, 0, 5, 1, 0);
        Assert.Equal([(5ul, 0, (byte)1, 0ul, (byte)1)], Poll(guest, 1));
    }

    [Fact]
    public void Poll_InputThatComesLater_IsSeen()
    {
        var invocation = new StubInvocation { InputEnded = false };
        using var guest = Create(invocation);
        var looks = 0;
        invocation.OnLook = () => invocation.Input = ++looks == 3 ? "x"u8.ToArray() : invocation.Input;
        PutDescriptor(guest, 0, 5, 1, 0);
        PutClock(guest, 1, 6, 1, 1_000_000_000);
        Assert.Equal([(5ul, 0, (byte)1, 1ul, (byte)0)], Poll(guest, 2));
        Assert.Equal(3, looks);
    }

    [Fact]
    public void Poll_File_IsReadyWithWhatIsLeft()
    {
        using var guest = Create();
        guest.PutFile("f", "12345");
        var fd = guest.Open("f");
        guest.Read(fd, 2);
        PutDescriptor(guest, 0, 5, 1, (uint)fd);
        Assert.Equal(3ul, Assert.Single(Poll(guest, 1)).Bytes);
    }

    [Fact]
    public void Poll_BadDescriptors_AnswerByEvent()
    {
        using var guest = Create();
        PutDescriptor(guest, 0, 1, 1, 99);
        PutDescriptor(guest, 1, 2, 1, 1);
        PutDescriptor(guest, 2, 3, 2, 0);
        PutDescriptor(guest, 3, 4, 1, 3);
        Assert.Equal([E.Badf, E.Notcapable, E.Notcapable, E.Notcapable], Poll(guest, 4).Select(e => e.Error));
    }

    [Fact]
    public void Poll_Cancelled_Terminates()
    {
        var invocation = new StubInvocation();
        using var guest = Create(invocation);
        var looks = 0;
        invocation.OnLook = () => invocation.Cancelled = ++looks == 5;
        PutClock(guest, 0, 1, 1, ulong.MaxValue);
        Assert.Equal(WasiFunctions.Terminate, guest.Call("poll_oneoff", In, Out, 1, Count));
        Assert.Equal(WasiTermination.Cancelled, guest.Context.Termination);
    }

    [Fact]
    public void Poll_DeadlinePasses_Terminates()
    {
        var invocation = new StubInvocation();
        using var guest = Create(invocation);
        var start = _time.GetUtcNow();
        invocation.DeadlineTimestamp = _time.GetTimestamp() + (_time.TimestampFrequency / 10);
        PutClock(guest, 0, 1, 1, ulong.MaxValue);
        Assert.Equal(WasiFunctions.Terminate, guest.Call("poll_oneoff", In, Out, 1, Count));
        Assert.Equal(WasiTermination.Cancelled, guest.Context.Termination);
        Assert.Equal(TimeSpan.FromMilliseconds(100), _time.GetUtcNow() - start);
    }

    [Theory]
    [InlineData(0, 0, 0, 0, E.Inval)]
    [InlineData(0, 0, 5000, 0, E.Inval)]
    [InlineData(0, 0, uint.MaxValue, 0, E.Inval)]
    [InlineData(Guest.MemoryBytes - 47, 0, 1, 0, E.Fault)]
    [InlineData(0, Guest.MemoryBytes - 31, 1, 0, E.Fault)]
    [InlineData(0, 0, 1, Guest.MemoryBytes - 3, E.Fault)]
    [InlineData(uint.MaxValue, uint.MaxValue, 1, uint.MaxValue, E.Fault)]
    public void Poll_StrangeArguments_Answer(long subscriptions, long events, long count, long result, int expected)
    {
        using var guest = Create();
        Assert.Equal(expected, guest.Call("poll_oneoff", subscriptions, events, count, result));
    }
}
