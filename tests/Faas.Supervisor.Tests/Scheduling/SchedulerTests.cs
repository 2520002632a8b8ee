using Faas.Supervisor.Scheduling;
using Microsoft.Extensions.Time.Testing;

namespace Faas.Supervisor.Tests.Scheduling;

/// <summary>Queue, leases and the life of workers.</summary>
public sealed class SchedulerTests
{
    [Fact]
    public void TryAcquire_NobodyReadyYet_SaysNo() =>
        Assert.True(new Scheduler([new("wasmtime", 4)]).IsFull());

    [Fact]
    public async Task EnqueueAsync_SlotFree_CompletesAtOnce()
    {
        ValueTask<LeaseResult> wait = SchedulerFixture.Ready("RR", 1).EnqueueAsync(default, TestContext.Current.CancellationToken);
        Assert.True(wait.IsCompletedSuccessfully);
        Assert.Equal(LeaseStatus.Acquired, (await wait).Status);
    }

    [Fact]
    public async Task EnqueueAsync_AllSlotsTaken_ServesInOrderOfArrival()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", 2, slots: 1);
        Lease[] held = [scheduler.Acquire(), scheduler.Acquire()];
        Task<LeaseResult> first = scheduler.Wait();
        Task<LeaseResult> second = scheduler.Wait();
        Assert.Equal(2, scheduler.QueueLength);

        scheduler.Release(in held[1]);
        Assert.Equal(1, (await first.Ended()).Lease.Worker.Index);
        Assert.False(second.IsCompleted);
        scheduler.Release(in held[0]);
        Assert.Equal(0, (await second.Ended()).Lease.Worker.Index);
        Assert.Equal(0, scheduler.QueueLength);
    }

    [Fact]
    public async Task TryAcquire_SomebodyWaits_OvertakesNobody()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", 1, slots: 1);
        Lease held = scheduler.Acquire();
        Task<LeaseResult> waiter = scheduler.Wait();
        scheduler.Release(in held);
        Assert.True(scheduler.IsFull());
        Assert.True((await waiter.Ended()).IsAcquired);
    }

    [Fact]
    public async Task EnqueueAsync_BackendBusy_LetsOtherBackendsPass()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", [new("wasmtime", 1), new("wasmer", 1)]);
        Lease wasmer = scheduler.Acquire(0, "wasmer");
        Lease wasmtime = scheduler.Acquire(0, "wasmtime");
        Task<LeaseResult> wantsWasmer = scheduler.Wait("wasmer");
        Task<LeaseResult> wantsAny = scheduler.Wait();
        Task<LeaseResult> wantsWasmtime = scheduler.Wait("wasmtime");

        scheduler.Release(in wasmtime);
        LeaseResult any = await wantsAny.Ended();
        Assert.Equal("wasmtime", any.Lease.Worker.Backend);
        Assert.False(wantsWasmer.IsCompleted);

        scheduler.Release(in wasmer);
        Assert.Equal("wasmer", (await wantsWasmer.Ended()).Lease.Worker.Backend);
        Lease again = any.Lease;
        scheduler.Release(in again);
        Assert.Equal("wasmtime", (await wantsWasmtime.Ended()).Lease.Worker.Backend);
    }

    [Fact]
    public async Task Release_SeveralBackendsWait_ServesTheEarliestThatFits()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", [new("wasmtime", 1), new("wasmer", 1)]);
        Lease[] held = [scheduler.Acquire(0, "wasmtime"), scheduler.Acquire(0, "wasmer")];
        Task<LeaseResult> named = scheduler.Wait("wasmer");
        Task<LeaseResult> any = scheduler.Wait();
        scheduler.Release(in held[1]);
        Assert.True((await named.Ended()).IsAcquired);
        Assert.False(any.IsCompleted);
    }

    [Fact]
    public async Task EnqueueAsync_QueueFull_SaysSo()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", 1, slots: 1, queueLength: 2);
        Lease held = scheduler.Acquire();
        Task<LeaseResult> first = scheduler.Wait();
        Task<LeaseResult> second = scheduler.Wait();
        Assert.Equal(LeaseStatus.QueueFull, (await scheduler.Wait().Ended()).Status);

        scheduler.Release(in held);
        await first.Ended();
        Task<LeaseResult> third = scheduler.Wait();
        Assert.False(third.IsCompleted);
        Assert.False(second.IsCompleted);
        Assert.Equal(2, scheduler.QueueLength);
    }

    [Fact]
    public async Task EnqueueAsync_QueueOfNone_NeverWaits()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", 1, slots: 1, queueLength: 0);
        Assert.True((await scheduler.Wait().Ended()).IsAcquired);
        Assert.Equal(LeaseStatus.QueueFull, (await scheduler.Wait().Ended()).Status);
    }

    [Fact]
    public async Task EnqueueAsync_CanceledWhileWaiting_LeavesTheQueue()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", 1, slots: 1);
        Lease held = scheduler.Acquire();
        using var cancellation = new CancellationTokenSource();
        Task<LeaseResult> first = scheduler.Wait(until: cancellation);
        Task<LeaseResult> second = scheduler.Wait();
        await cancellation.CancelAsync();
        Assert.Equal(LeaseStatus.Canceled, (await first.Ended()).Status);
        Assert.Equal(1, scheduler.QueueLength);

        scheduler.Release(in held);
        Assert.True((await second.Ended()).IsAcquired);
    }

    [Fact]
    public async Task EnqueueAsync_TokenFiredBefore_TakesNothing()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", 1, slots: 1);
        using var fired = new CancellationTokenSource();
        await fired.CancelAsync();
        Assert.Equal(LeaseStatus.Canceled, (await scheduler.Wait(until: fired).Ended()).Status);
        Assert.Equal(0, scheduler.Outstanding);
    }

    [Fact]
    public async Task EnqueueAsync_CanceledAfterTheGrant_KeepsTheLease()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", 1, slots: 1);
        Lease held = scheduler.Acquire();
        using var cancellation = new CancellationTokenSource();
        Task<LeaseResult> waiter = scheduler.Wait(until: cancellation);
        scheduler.Release(in held);
        await cancellation.CancelAsync();
        Assert.True((await waiter.Ended()).IsAcquired);
        Assert.Equal(1, scheduler.Outstanding);
    }

    [Fact]
    public async Task EnqueueAsync_BackendNobodyHas_SaysNoWorker() =>
        Assert.Equal(LeaseStatus.NoWorker, (await SchedulerFixture.Ready("RR", 1).Wait("wasmer").Ended()).Status);

    [Fact]
    public async Task WorkerReady_WithWaiters_ServesThemUpToItsSlots()
    {
        var scheduler = new Scheduler([new("wasmtime", 2)]);
        Task<LeaseResult>[] waiters = [scheduler.Wait(), scheduler.Wait(), scheduler.Wait()];
        scheduler.WorkerReady(0, 2, "wasmtime");
        Assert.True((await waiters[0].Ended()).IsAcquired);
        Assert.True((await waiters[1].Ended()).IsAcquired);
        Assert.False(waiters[2].IsCompleted);
        scheduler.WorkerReady(1, 1, "wasmtime");
        Assert.Equal(1, (await waiters[2].Ended()).Lease.Worker.Index);
    }

    [Fact]
    public async Task WorkerGone_WithWaiters_TheyWaitForItsReplacement()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", 1, slots: 1);
        Lease held = scheduler.Acquire();
        Task<LeaseResult> waiter = scheduler.Wait();
        scheduler.Gone(0);
        scheduler.Release(in held);
        Assert.False(waiter.IsCompleted);
        scheduler.WorkerReady(0, 1, "wasmtime");
        LeaseResult result = await waiter.Ended();
        Assert.True(result.IsAcquired);
        Assert.NotEqual(held.Generation, result.Lease.Generation);
    }

    [Fact]
    public void Release_LeaseOnADeadProcess_FreesNoSlotOfItsSuccessor()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", 1, slots: 1);
        Lease old = scheduler.Acquire();
        scheduler.Gone(0);
        scheduler.WorkerReady(0, 1, "wasmtime");
        Lease present = scheduler.Acquire();
        Assert.Equal(2, scheduler.Outstanding);

        scheduler.Release(in old);
        Assert.True(scheduler.IsFull());
        Assert.Equal(1, scheduler.Workers[0].Outstanding);
        scheduler.Release(in present);
        Assert.Equal(0, scheduler.Outstanding);
        Assert.Equal(0, scheduler.Workers[0].Outstanding);
    }

    [Fact]
    public void Release_OnceTooOften_Throws()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", 1);
        Lease lease = scheduler.Acquire();
        scheduler.Release(in lease);
        Assert.Throws<InvalidOperationException>(() => scheduler.Release(in lease));
        Assert.Throws<InvalidOperationException>(() => scheduler.Release(default));
    }

    // Two notice the end of a process: whoever sends to it, and its session. The second must not speak of the successor.
    [Fact]
    public void WorkerGone_OfAnEarlierProcess_LeavesItsSuccessorAlone()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", 1, slots: 1);
        Lease held = scheduler.Acquire();
        scheduler.WorkerGone(held);
        scheduler.WorkerReady(0, 1, "wasmtime");
        scheduler.WorkerGone(held);
        scheduler.WorkerPaused(0, held.Generation);

        scheduler.Release(scheduler.Acquire());
        scheduler.Release(in held);
        Assert.Equal(0, scheduler.Outstanding);
    }

    [Fact]
    public async Task EndLongWaits_OnlyThoseWhoHaveWaitedThatLong_End()
    {
        var time = new FakeTimeProvider();
        var scheduler = new Scheduler([new("wasmtime", 1)], time: time);
        scheduler.WorkerReady(0, 1, "wasmtime");
        var limit = new ConcurrencyLimit(1);
        Lease held = scheduler.Acquire(limit: limit);
        Task<LeaseResult> early = scheduler.Wait();
        Task<LeaseResult> limited = scheduler.Wait(limit: limit);
        time.Advance(TimeSpan.FromSeconds(20));
        Task<LeaseResult> late = scheduler.Wait();
        time.Advance(TimeSpan.FromSeconds(10));
        scheduler.EndLongWaits(TimeSpan.FromSeconds(30));

        Assert.Equal(LeaseStatus.TimedOut, (await early.Ended()).Status);
        Assert.Equal(LeaseStatus.TimedOut, (await limited.Ended()).Status);
        Assert.False(late.IsCompleted);
        scheduler.Release(in held);
        Assert.True((await late.Ended()).IsAcquired);
        Assert.Equal(0, scheduler.QueueLength);
    }

    [Fact]
    public async Task WorkerReady_WithAnotherBackend_MovesThePosition()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", [new("wasmtime", 1), new("wasmer", 1)]);
        scheduler.Acquire(0, "wasmer");
        Task<LeaseResult> wantsWasmer = scheduler.Wait("wasmer");
        scheduler.Gone(1);
        scheduler.WorkerReady(1, 1, "wasmtime");
        Assert.Equal(LeaseStatus.NoWorker, (await wantsWasmer.Ended()).Status);
        Assert.Equal([0, 1], new[] { scheduler.Acquire(0, "wasmtime"), scheduler.Acquire(0, "wasmtime") }.Select(l => l.Worker.Index).Order());
    }

    [Fact]
    public void WorkerPaused_WithLeases_KeepsThemAndTakesNoMore()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", 1, slots: 2);
        Lease lease = scheduler.Acquire();
        scheduler.Pause(0);
        Assert.True(scheduler.IsFull());
        Assert.Equal(1, scheduler.Workers[0].Outstanding);
        scheduler.Release(in lease);
        Assert.True(scheduler.IsFull());
        scheduler.Resume(0);
        scheduler.Together(2);
    }

    [Fact]
    public async Task Limit_Reached_WaitsWithoutHoldingBackOthers()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", 1, slots: 4);
        var limit = new ConcurrencyLimit(1);
        Lease only = scheduler.Acquire(limit: limit);
        Assert.True(scheduler.IsFull(limit: limit));
        Task<LeaseResult> second = scheduler.Wait(limit: limit);
        Task<LeaseResult> third = scheduler.Wait(limit: limit);
        Lease other = scheduler.Acquire();

        scheduler.Release(in other);
        Assert.False(second.IsCompleted);
        scheduler.Release(in only);
        LeaseResult result = await second.Ended();
        Assert.True(result.IsAcquired);
        Assert.False(third.IsCompleted);
        Assert.Equal(1, limit.Entered);
        Lease lease = result.Lease;
        scheduler.Release(in lease);
        lease = (await third.Ended()).Lease;
        scheduler.Release(in lease);
        Assert.Equal(0, limit.Entered);
    }

    [Fact]
    public async Task Limit_CanceledInEitherLine_LetsTheNextIn()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", 1, slots: 1);
        var limit = new ConcurrencyLimit(1);
        Lease held = scheduler.Acquire();
        using var inLine = new CancellationTokenSource();
        using var before = new CancellationTokenSource();
        Task<LeaseResult> first = scheduler.Wait(limit: limit, until: inLine);
        Task<LeaseResult> second = scheduler.Wait(limit: limit, until: before);
        Task<LeaseResult> third = scheduler.Wait(limit: limit);
        await before.CancelAsync();
        Assert.Equal(LeaseStatus.Canceled, (await second.Ended()).Status);
        await inLine.CancelAsync();
        Assert.Equal(LeaseStatus.Canceled, (await first.Ended()).Status);
        Assert.Equal(1, limit.Entered);
        scheduler.Release(in held);
        Assert.True((await third.Ended()).IsAcquired);
    }

    [Fact]
    public async Task DrainAsync_WithWaiters_ServesThemAndRefusesNewOnes()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", 1, slots: 1);
        Lease held = scheduler.Acquire();
        Task<LeaseResult> waiter = scheduler.Wait();
        Task<bool> drain = scheduler.DrainAsync(CancellationToken.None);
        Assert.True(scheduler.IsFull());
        Assert.Equal(LeaseStatus.ShuttingDown, (await scheduler.Wait().Ended()).Status);

        scheduler.Release(in held);
        LeaseResult result = await waiter.Ended();
        Assert.False(drain.IsCompleted);
        Lease last = result.Lease;
        scheduler.Release(in last);
        Assert.True(await drain.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task DrainAsync_TimeOver_EndsTheWaiters()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", 1, slots: 1);
        var limit = new ConcurrencyLimit(1);
        scheduler.Acquire();
        Task<LeaseResult> waiter = scheduler.Wait(limit: limit);
        Task<LeaseResult> behindLimit = scheduler.Wait(limit: limit);
        using var time = new CancellationTokenSource();
        Task<bool> drain = scheduler.DrainAsync(time.Token);
        await time.CancelAsync();
        Assert.Equal(LeaseStatus.ShuttingDown, (await waiter.Ended()).Status);
        Assert.Equal(LeaseStatus.ShuttingDown, (await behindLimit.Ended()).Status);
        Assert.False(await drain.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task DrainAsync_Idle_EndsAtOnce() =>
        Assert.True(await SchedulerFixture.Ready("RR", 1).DrainAsync(CancellationToken.None));

    [Fact]
    public async Task Strategy_SwitchedWhileSomebodyWaits_KeepsTheOrder()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", 2, slots: 1);
        Lease[] held = [scheduler.Acquire(), scheduler.Acquire()];
        Task<LeaseResult> first = scheduler.Wait();
        Task<LeaseResult> second = scheduler.Wait();
        scheduler.Strategy = "least";
        Assert.Equal("LEAST", scheduler.Strategy);
        scheduler.Release(in held[0]);
        Assert.True((await first.Ended()).IsAcquired);
        Assert.False(second.IsCompleted);
        scheduler.Release(in held[1]);
        Assert.True((await second.Ended()).IsAcquired);
    }

    [Fact]
    public void Strategy_Unknown_KeepsTheOldOne()
    {
        Scheduler scheduler = SchedulerFixture.Ready("RR", 2);
        Assert.Throws<ArgumentException>(() => scheduler.Strategy = "LIFO");
        Assert.Equal("RR", scheduler.Strategy);
    }

    [Fact]
    public void TryAcquireAndRelease_SteadyState_AllocateNothing()
    {
        foreach (string strategy in StrategyCatalog.Names)
        {
            Scheduler scheduler = SchedulerFixture.Ready(strategy, 8);
            scheduler.OneByOne(10);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (uint i = 0; i < 1_000; i++)
            {
                scheduler.TryAcquire(new PlacementRequest(i), out Lease lease);
                scheduler.Release(in lease);
            }

            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }
}
