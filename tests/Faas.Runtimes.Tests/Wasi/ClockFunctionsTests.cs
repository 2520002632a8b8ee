using Faas.Runtimes.Wasi;
using Microsoft.Extensions.Time.Testing;

namespace Faas.Runtimes.Tests.Wasi;

public class ClockFunctionsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    private Guest Create() => new(context: new WasiContext(_time));

    [Fact]
    public void ClockTimeGet_Realtime_NanosecondsSince1970()
    {
        using var guest = Create();
        Assert.Equal(E.Success, guest.Call("clock_time_get", 0, 0, 8));
        Assert.Equal((ulong)_time.GetUtcNow().ToUnixTimeSeconds() * 1_000_000_000, guest.U64(8));
    }

    [Fact]
    public void ClockTimeGet_Monotonic_AdvancesWithTime()
    {
        using var guest = Create();
        guest.Call("clock_time_get", 1, 1, 8);
        _time.Advance(TimeSpan.FromMilliseconds(5));
        guest.Call("clock_time_get", 1, 1, 16);
        Assert.Equal(5_000_000ul, guest.U64(16) - guest.U64(8));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void ClockTimeGet_CpuTime_CountsFromTheStart(int clock)
    {
        using var guest = Create();
        _time.Advance(TimeSpan.FromMilliseconds(7));
        Assert.Equal(E.Success, guest.Call("clock_time_get", clock, 0, 8));
        Assert.Equal(7_000_000ul, guest.U64(8));
    }

    [Fact]
    public void ClockResGet_EveryClock_Positive()
    {
        using var guest = Create();
        for (var clock = 0; clock < 4; clock++)
        {
            Assert.Equal(E.Success, guest.Call("clock_res_get", clock, 8));
            Assert.InRange(guest.U64(8), 1ul, 1_000_000ul);
        }
    }

    [Fact]
    public void EveryCall_UnknownClock_Invalid()
    {
        using var guest = Create();
        Assert.Equal(E.Inval, guest.Call("clock_res_get", 4, 8));
        Assert.Equal(E.Inval, guest.Call("clock_time_get", -1, 0, 8));
    }

    [Fact]
    public void EveryCall_OutsideMemory_Fault()
    {
        using var guest = Create();
        Assert.Equal(E.Fault, guest.Call("clock_res_get", 0, Guest.MemoryBytes - 7));
        Assert.Equal(E.Fault, guest.Call("clock_time_get", 0, 0, uint.MaxValue));
    }
}
