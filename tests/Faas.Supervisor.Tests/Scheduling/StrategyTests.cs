using Faas.Supervisor.Scheduling;

namespace Faas.Supervisor.Tests.Scheduling;

/// <summary>What each strategy picks, as exact sequences where it does not draw and as shares where it does.</summary>
public sealed class StrategyTests
{
    public static TheoryData<string> All => [.. StrategyCatalog.Names];

    [Fact]
    public void RoundRobin_CallsOneByOne_GoInTurn() =>
        Assert.Equal("0 1 2 3 0 1 2 3 0", SchedulerFixture.Ready("RR", 4).OneByOne(9).Sequence());

    [Fact]
    public void RoundRobin_WorkerNotReady_LosesItsTurn()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", 4);
        scheduler.Pause(1);
        Assert.Equal("0 2 3 0 2", scheduler.OneByOne(5).Sequence());
        scheduler.Resume(1);
        Assert.Equal("3 0 1 2", scheduler.OneByOne(4).Sequence());
    }

    [Fact]
    public void RoundRobin_WorkerWithoutFreeSlot_LosesItsTurn()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", [new("a", 1), new("a", 3), new("a", 2)]);
        Assert.Equal("0 1 2 1 2 1", scheduler.Together(6).Sequence());
        Assert.True(scheduler.IsFull());
    }

    [Fact]
    public void RoundRobin_OverSeveralWordsOfWorkers_GoesInTurn()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", 200, slots: 1);
        Assert.Equal(Enumerable.Range(0, 200), scheduler.Together(200));
    }

    [Fact]
    public void Fifo_CallsOneByOne_AllGoToTheLowest() =>
        Assert.Equal("0 0 0 0", SchedulerFixture.Ready("FIFO", 4).OneByOne(4).Sequence());

    [Fact]
    public void Fifo_CallsTogether_FillWorkersOneAfterTheOther()
    {
        Scheduler scheduler = SchedulerFixture.Ready("FIFO", 3, slots: 2);
        Assert.Equal("0 0 1 1 2 2", scheduler.Together(6).Sequence());
    }

    [Fact]
    public void Fifo_SlotReturned_IsTheNextOneTakenWhenLowest()
    {
        Scheduler scheduler = SchedulerFixture.Ready("FIFO", 3, slots: 1);
        Lease zero = scheduler.Acquire();
        Lease one = scheduler.Acquire();
        scheduler.Release(in one);
        scheduler.Release(in zero);
        Assert.Equal("0 1 2", scheduler.Together(3).Sequence());
    }

    [Fact]
    public void Weighted_CallsTogether_FollowTheWeights()
    {
        Scheduler scheduler = SchedulerFixture.Ready("WEIGHTED", [new("a", 100, 3), new("a", 100, 1)]);
        scheduler.Together(80);
        Assert.Equal([60, 20], scheduler.Workers.ToArray().Select(w => w.Outstanding));
    }

    [Fact]
    public void Weighted_CallsOneByOne_FollowTheWeightsToo() =>
        Assert.Equal(
            "0 0 1 0 0 0 1 0", SchedulerFixture.Ready("WEIGHTED", [new("a", 4, 3), new("a", 4, 1)]).OneByOne(8).Sequence());

    [Fact]
    public void Weighted_EqualWeights_AreLeastLoadedInTurn()
    {
        Scheduler scheduler = SchedulerFixture.Ready("WEIGHTED", 3);
        Assert.Equal("0 1 2 0 1 2", scheduler.OneByOne(6).Sequence());
        Lease zero = scheduler.Acquire();
        Assert.Equal(0, zero.Worker.Index);
        Assert.DoesNotContain(0, scheduler.OneByOne(6));
    }

    [Fact]
    public void Weighted_UnderSteadyLoad_SharesByWeights()
    {
        Scheduler scheduler = SchedulerFixture.Ready("WEIGHTED", [new("a", 32, 4), new("a", 32, 2), new("a", 32, 1), new("a", 32, 1)]);
        SteadyLoad(scheduler, inFlight: 16, calls: 16_000, new Random(7));
        long[] placed = [.. scheduler.Workers.ToArray().Select(w => w.Placed)];
        Assert.InRange(placed[0], 7_500, 8_500);
        Assert.InRange(placed[1], 3_600, 4_400);
        Assert.InRange(placed[2], 1_700, 2_300);
        Assert.InRange(placed[3], 1_700, 2_300);
    }

    [Fact]
    public void LeastLoaded_CallsTogether_StayEven()
    {
        Scheduler scheduler = SchedulerFixture.Ready("LEAST", 5, slots: 10);
        for (int round = 1; round <= 10; round++)
        {
            scheduler.Together(5);
            Assert.All(scheduler.Workers.ToArray(), w => Assert.Equal(round, w.Outstanding));
        }
    }

    [Fact]
    public void LeastLoaded_Ties_AreDrawnEvenly()
    {
        int[] counts = Counts(SchedulerFixture.Ready("LEAST", 4).OneByOne(4_000), 4);
        Assert.All(counts, count => Assert.InRange(count, 850, 1_150));
    }

    [Fact]
    public void PowerOfTwoChoices_CallsOneByOne_AreDrawnEvenly()
    {
        int[] counts = Counts(SchedulerFixture.Ready("P2C", 4).OneByOne(4_000), 4);
        Assert.All(counts, count => Assert.InRange(count, 850, 1_150));
    }

    [Fact]
    public void PowerOfTwoChoices_TwoWorkers_AlwaysTakesTheLessLoaded()
    {
        Scheduler scheduler = SchedulerFixture.Ready("P2C", 2, slots: 100);
        for (int i = 0; i < 100; i++)
        {
            scheduler.Together(2);
            Assert.Equal(scheduler.Workers[0].Outstanding, scheduler.Workers[1].Outstanding);
        }
    }

    [Fact]
    public void PowerOfTwoChoices_ManyWorkers_StaysNearTheMean()
    {
        Scheduler scheduler = SchedulerFixture.Ready("P2C", 1_024, slots: 64);
        scheduler.Together(10 * 1_024);

        // Theory: the fullest is above the mean by log2(ln n) + O(1), about 3 here; one random choice would be 13 above.
        Assert.InRange(scheduler.Workers.ToArray().Max(w => w.Outstanding), 10, 15);
    }

    [Fact]
    public void BoundedHash_SameFunctionOneByOne_StaysHome()
    {
        Scheduler scheduler = SchedulerFixture.Ready("HASH", 8);
        for (uint function = 0; function < 100; function++)
        {
            Assert.Single(scheduler.OneByOne(5, function).Distinct());
        }
    }

    [Fact]
    public void BoundedHash_ManyFunctions_SpreadOverTheWorkers()
    {
        Scheduler scheduler = SchedulerFixture.Ready("HASH", 4);
        int[] homes = [.. Enumerable.Range(0, 4_000).Select(function => scheduler.OneByOne(1, (uint)function)[0])];
        Assert.All(Counts(homes, 4), count => Assert.InRange(count, 700, 1_300));
    }

    [Fact]
    public void BoundedHash_WorkerUnready_MovesOnlyItsFunctionsAndTheyReturn()
    {
        Scheduler scheduler = SchedulerFixture.Ready("HASH", 8);
        int[] before = [.. Enumerable.Range(0, 1_000).Select(f => scheduler.OneByOne(1, (uint)f)[0])];
        scheduler.Gone(3);
        int[] during = [.. Enumerable.Range(0, 1_000).Select(f => scheduler.OneByOne(1, (uint)f)[0])];
        scheduler.WorkerReady(3, 4, "wasmtime");
        int[] after = [.. Enumerable.Range(0, 1_000).Select(f => scheduler.OneByOne(1, (uint)f)[0])];

        Assert.DoesNotContain(3, during);
        Assert.All(Enumerable.Range(0, 1_000).Where(f => before[f] != 3), f => Assert.Equal(before[f], during[f]));
        Assert.Equal(before, after);
    }

    [Fact]
    public void BoundedHash_WorkerAdded_TakesItsShareAndMovesNothingElse()
    {
        Scheduler scheduler = SchedulerFixture.Ready("HASH", 4);
        int[] before = [.. Enumerable.Range(0, 1_000).Select(f => scheduler.OneByOne(1, (uint)f)[0])];
        scheduler.WorkerReady(4, 4, "wasmtime");
        int[] after = [.. Enumerable.Range(0, 1_000).Select(f => scheduler.OneByOne(1, (uint)f)[0])];
        int[] moved = [.. Enumerable.Range(0, 1_000).Where(f => before[f] != after[f])];
        Assert.All(moved, f => Assert.Equal(4, after[f]));
        Assert.InRange(moved.Length, 120, 300);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(64)]
    [InlineData(1_024)]
    public void BoundedHash_OneHotFunction_NeverGoesOverTheBound(int workers)
    {
        Scheduler scheduler = SchedulerFixture.Ready("HASH", workers, slots: 32);
        for (int inFlight = 1; inFlight <= workers * 16; inFlight++)
        {
            WorkerState worker = scheduler.Acquire(function: 42).Worker;
            Assert.True(worker.Outstanding <= Math.Ceiling(1.25 * inFlight / workers));
        }
    }

    [Fact]
    public void BoundedHash_UnequalSlots_UsesEverySlot()
    {
        Scheduler scheduler = SchedulerFixture.Ready("HASH", [new("a", 1), new("a", 1), new("a", 1), new("a", 50)]);
        scheduler.Together(53);
        Assert.True(scheduler.IsFull());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Pick_OneSlotFreeSomewhere_FindsIt(string strategy)
    {
        Scheduler scheduler = SchedulerFixture.Ready(strategy, 130, slots: 1);
        Lease[] leases = [.. Enumerable.Range(0, 130).Select(i => scheduler.Acquire((uint)i))];
        foreach (int index in new[] { 0, 63, 64, 127, 128, 129 })
        {
            Lease freed = leases.Single(lease => lease.Worker.Index == index);
            scheduler.Release(in freed);
            Assert.Equal(index, scheduler.Acquire(7).Worker.Index);
            Assert.True(scheduler.IsFull());
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Pick_BackendNamed_StaysWithItsWorkers(string strategy)
    {
        Scheduler scheduler = SchedulerFixture.Ready(strategy, [new("wasmtime", 2), new("wasmer", 2), new("wasmtime", 2), new("wasmer", 2)]);
        for (uint i = 0; i < 4; i++)
        {
            Assert.Equal("wasmer", scheduler.Acquire(i, "WASMER").Worker.Backend);
        }

        Assert.True(scheduler.IsFull("wasmer"));
        Assert.Equal("wasmtime", scheduler.Acquire().Worker.Backend);
        Assert.Equal("wasmtime", scheduler.Acquire(0, "wasmtime").Worker.Backend);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Create_AnyCase_GivesTheStrategyOfThatName(string name)
    {
        Assert.Equal(name, StrategyCatalog.Create(name, new Random(1)).Name);
        Assert.Equal(name, StrategyCatalog.Create(name.ToLowerInvariant(), new Random(1)).Name);
        Assert.True(StrategyCatalog.TryGetName(name.ToLowerInvariant(), out string? canonical));
        Assert.Equal(name, canonical);
    }

    [Fact]
    public void Create_UnknownName_ListsTheKnownOnes()
    {
        var exception = Assert.Throws<ArgumentException>(() => StrategyCatalog.Create("LIFO", new Random(1)));
        Assert.All(StrategyCatalog.Names, name => Assert.Contains(name, exception.Message, StringComparison.Ordinal));
        Assert.False(StrategyCatalog.TryGetName("LIFO", out _));
        Assert.False(StrategyCatalog.TryGetName(null, out _));
    }

    private static int[] Counts(int[] picked, int workers)
    {
        var counts = new int[workers];
        foreach (int index in picked)
        {
            counts[index]++;
        }

        return counts;
    }

    // A constant number in flight; which one ends is drawn.
    private static void SteadyLoad(Scheduler scheduler, int inFlight, int calls, Random random)
    {
        var leases = new List<Lease>();
        for (int i = 0; i < calls; i++)
        {
            leases.Add(scheduler.Acquire((uint)i));
            if (leases.Count == inFlight)
            {
                int ends = random.Next(inFlight);
                Lease lease = leases[ends];
                leases.RemoveAt(ends);
                scheduler.Release(in lease);
            }
        }
    }
}
