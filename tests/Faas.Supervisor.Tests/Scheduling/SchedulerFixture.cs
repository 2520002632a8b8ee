using Faas.Supervisor.Scheduling;

namespace Faas.Supervisor.Tests.Scheduling;

/// <summary>Schedulers as the tests want them.</summary>
internal static class SchedulerFixture
{
    public static Scheduler Ready(string strategy, int workers, int slots = 4, int queueLength = 1024, int seed = 1) =>
        Ready(strategy, [.. Enumerable.Repeat(new WorkerPosition("wasmtime", slots), workers)], queueLength, seed);

    public static Scheduler Ready(string strategy, WorkerPosition[] positions, int queueLength = 1024, int seed = 1)
    {
        var scheduler = new Scheduler(positions, strategy, queueLength, new Random(seed));
        for (int index = 0; index < positions.Length; index++)
        {
            scheduler.WorkerReady(index, positions[index].Slots, positions[index].Backend);
        }

        return scheduler;
    }

    public static Lease Acquire(this Scheduler scheduler, uint function = 0, string? backend = null, ConcurrencyLimit? limit = null)
    {
        Assert.True(scheduler.TryAcquire(new PlacementRequest(function, backend, limit), out Lease lease));
        return lease;
    }

    /// <summary>What is said of the process that fills a position now.</summary>
    public static void Gone(this Scheduler scheduler, int index) => scheduler.WorkerGone(index, scheduler.Workers[index].Generation);

    public static void Pause(this Scheduler scheduler, int index) => scheduler.WorkerPaused(index, scheduler.Workers[index].Generation);

    public static void Resume(this Scheduler scheduler, int index) => scheduler.WorkerResumed(index, scheduler.Workers[index].Generation);

    public static bool IsFull(this Scheduler scheduler, string? backend = null, ConcurrencyLimit? limit = null) =>
        !scheduler.TryAcquire(new PlacementRequest(0, backend, limit), out _);

    public static Task<LeaseResult> Wait(
        this Scheduler scheduler, string? backend = null, ConcurrencyLimit? limit = null, CancellationTokenSource? until = null) =>
        scheduler.EnqueueAsync(new PlacementRequest(0, backend, limit), until?.Token ?? CancellationToken.None).AsTask();

    /// <summary>The result of a wait that the arrangement must have ended; the bound only keeps a broken scheduler from hanging the run.</summary>
    public static async Task<LeaseResult> Ended(this Task<LeaseResult> wait) =>
        await wait.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    /// <summary>Worker numbers of calls that come one by one, each returned before the next.</summary>
    public static int[] OneByOne(this Scheduler scheduler, int calls, uint function = 0)
    {
        var picked = new int[calls];
        for (int i = 0; i < calls; i++)
        {
            Lease lease = scheduler.Acquire(function);
            picked[i] = lease.Worker.Index;
            scheduler.Release(in lease);
        }

        return picked;
    }

    /// <summary>Worker numbers of calls that all stay in flight.</summary>
    public static int[] Together(this Scheduler scheduler, int calls, uint function = 0) =>
        [.. Enumerable.Range(0, calls).Select(_ => scheduler.Acquire(function).Worker.Index)];

    public static string Sequence(this int[] picked) => string.Join(' ', picked);
}
