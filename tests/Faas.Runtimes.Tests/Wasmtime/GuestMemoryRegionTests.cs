using Faas.Runtimes.Wasmtime;
using Faas.Runtimes.Wasmtime.Interop;

namespace Faas.Runtimes.Tests.Wasmtime;

/// <summary>The region as the engine uses it: through the callbacks it hands over.</summary>
public sealed unsafe class GuestMemoryRegionTests
{
    private const int PageBytes = 65536;
    private const long LimitBytes = 128L << 20;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Reclaim_WhateverTheGuestTouched_NextMemoryIsZero(bool pagemap)
    {
        using var region = pagemap ? new GuestMemoryRegion() : new GuestMemoryRegion(-1);
        var random = new Random(11);
        for (var run = 0; run < 300; run++)
        {
            // One owner in ten runs changes; sizes from one page to beyond what is looked up page by page.
            region.Lend(run / 10 % 3, LimitBytes);
            var pages = random.Next(10) == 0 ? random.Next(1, 1100) : random.Next(1, 40);
            var memory = Create((nuint)pages * PageBytes);
            Assert.Equal((nuint)pages * PageBytes, region.Size);
            Touch(region, 0, pages, random);
            if (random.Next(3) == 0)
            {
                var more = pages + random.Next(1, 20);
                Assert.True(memory.grow_memory(memory.env, (nuint)more * PageBytes) is null);
                Touch(region, pages, more, random);
            }

            region.Reclaim();
            if (random.Next(50) == 0)
            {
                region.Trim();
            }
        }
    }

    [Fact]
    public void Grow_OverTheLimit_RefusedAndKnown()
    {
        using var region = new GuestMemoryRegion();
        region.Lend(1, 3 * PageBytes);
        var memory = Create(PageBytes);

        Assert.True(memory.grow_memory(memory.env, 3 * PageBytes) is null);
        Assert.False(region.LimitReached);
        AssertRefused(memory.grow_memory(memory.env, 4 * PageBytes));
        Assert.True(region.LimitReached);
        Assert.Equal((nuint)(3 * PageBytes), region.Size);

        region.Reclaim();
        region.Lend(1, 3 * PageBytes);
        Assert.False(region.LimitReached);
        region.Reclaim();
    }

    [Fact]
    public void Create_MinimumOverTheLimit_RefusedAndKnown()
    {
        using var region = new GuestMemoryRegion();
        region.Lend(1, PageBytes);
        wasmtime_linear_memory_t memory;
        AssertRefused(Create(2 * PageBytes, &memory));

        Assert.True(region.LimitReached);
        region.Reclaim();
    }

    [Fact]
    public void Create_SecondMemoryOrNothingLent_Refused()
    {
        using var region = new GuestMemoryRegion();
        wasmtime_linear_memory_t memory;
        AssertRefused(Create(PageBytes, &memory));
        region.Lend(1, LimitBytes);
        Assert.True(Create(PageBytes, &memory) is null);
        AssertRefused(Create(PageBytes, &memory));
        region.Reclaim();
        AssertRefused(Create(PageBytes, &memory));
    }

    /// <summary>Picks host pages, checks that they are zero, then fills them.</summary>
    private static void Touch(GuestMemoryRegion region, int fromPage, int toPage, Random random)
    {
        var memory = new Span<byte>(region.Start + ((long)fromPage * PageBytes), (toPage - fromPage) * PageBytes);
        var picked = Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.Next((toPage - fromPage) * 16)).Distinct();
        foreach (var hostPage in picked.ToArray())
        {
            var page = memory.Slice(hostPage * 4096, 4096);
            Assert.True(page.IndexOfAnyExcept((byte)0) < 0, "bytes of an earlier guest");
            page.Fill(0xa5);
        }
    }

    private static wasmtime_linear_memory_t Create(nuint bytes)
    {
        wasmtime_linear_memory_t memory;
        Assert.True(Create(bytes, &memory) is null);
        return memory;
    }

    private static wasmtime_error_t* Create(nuint bytes, wasmtime_linear_memory_t* memory) =>
        GuestMemoryRegion.Creator.new_memory(
            null, null, bytes, nuint.MaxValue, unchecked((nuint)GuestMemoryRegion.ReservationBytes), unchecked((nuint)GuestMemoryRegion.GuardBytes), memory);

    private static void AssertRefused(wasmtime_error_t* error)
    {
        Assert.True(error is not null);
        WasmtimeNativeMethods.wasmtime_error_delete(error);
    }
}
