using Faas.Protocol.Contracts;
using Faas.Supervisor.Recording;

namespace Faas.Supervisor.Tests.Recording;

public sealed class TraceRingTests
{
    [Fact]
    public void TryTake_InOrderRoundAndRound_ThenNothing()
    {
        var ring = new TraceRing(4);
        for (var i = 0; i < 19; i++)
        {
            ring.Add(Entry(i));
            ring.Add(Entry(i + 1000));
            Assert.True(ring.TryTake(out var first));
            Assert.True(ring.TryTake(out var second));
            Assert.Equal((i, i + 1000), (first.Arrived, second.Arrived));
        }

        Assert.False(ring.TryTake(out _));
        Assert.Equal(0, ring.Dropped);
    }

    [Fact]
    public void Add_Full_DropsTheNewAndCounts()
    {
        var ring = new TraceRing(4);
        for (var i = 0; i < 7; i++)
        {
            ring.Add(Entry(i));
        }

        Assert.Equal(3, ring.Dropped);
        for (var i = 0; i < 4; i++)
        {
            Assert.True(ring.TryTake(out var entry));
            Assert.Equal(i, entry.Arrived);
        }

        Assert.False(ring.TryTake(out _));
        ring.Add(Entry(9));
        Assert.True(ring.TryTake(out var later));
        Assert.Equal(9, later.Arrived);
    }

    [Fact]
    public async Task Add_ManyThreads_EachEntryIsTakenOnceInItsThreadsOrder()
    {
        const int Threads = 4;
        const int Each = 100_000;
        var ring = new TraceRing(256);
        var writers = Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < Each; i++)
                {
                    ring.Add(Entry(i, (ushort)thread));
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        var last = new long[Threads];
        Array.Fill(last, -1);
        long taken = 0;
        while (true)
        {
            var isOver = Task.WhenAll(writers).IsCompleted;
            while (ring.TryTake(out var entry))
            {
                Assert.True(entry.Arrived > last[entry.Worker]);
                last[entry.Worker] = entry.Arrived;
                taken++;
            }

            if (isOver)
            {
                break;
            }
        }

        await Task.WhenAll(writers);
        Assert.Equal(Threads * Each, taken + ring.Dropped);
    }

    private static TraceEntry Entry(long arrived, ushort worker = 0) => new(null!, arrived, 0, 0, 0, 0, worker, 0, StartKind.Warm);
}
