using CsCheck;
using Faas.Supervisor.Scheduling;

namespace Faas.Supervisor.Tests.Scheduling;

/// <summary>What holds whatever happens in whatever order.</summary>
public sealed class SchedulerPropertyTests
{
    private static readonly string[] s_backends = ["wasmtime", "wasmer"];

    private enum Step
    {
        Acquire, Wait, Release, Cancel, Gone, Ready, Pause, Resume, Switch,
    }

    // Weighted so that histories fill up, wait and empty again.
    private static readonly Gen<(Step Step, int Value)[]> s_histories =
        Gen.Select(
            Gen.Frequency(
                (10, Gen.Const(Step.Acquire)), (10, Gen.Const(Step.Wait)), (16, Gen.Const(Step.Release)), (3, Gen.Const(Step.Cancel)),
                (2, Gen.Const(Step.Gone)), (4, Gen.Const(Step.Ready)), (1, Gen.Const(Step.Pause)), (2, Gen.Const(Step.Resume)),
                (1, Gen.Const(Step.Switch))),
            Gen.Int[0, 1_000_000]).Array[1, 200];

    [Fact]
    public void AnyHistory_KeepsThePromises() =>
        Gen.Select(Gen.Int[0, StrategyCatalog.Names.Count - 1], Gen.Int[1, 5], Gen.Int[1, 3], Gen.Int[0, 6], s_histories)
            .Sample((strategy, workers, slots, queue, history) => new History(StrategyCatalog.Names[strategy], workers, slots, queue).Run(history), iter: 2_000);

    [Fact]
    public async Task ManyThreads_LoseNoWakeUpAndNoSlot()
    {
        foreach (string strategy in StrategyCatalog.Names)
        {
            const int Slots = 2;
            Scheduler scheduler = SchedulerFixture.Ready(strategy, [new("wasmtime", Slots), new("wasmer", Slots), new("wasmtime", Slots)], queueLength: 10_000);
            var limit = new ConcurrencyLimit(2);
            int[] running = new int[3];
            int acquired = 0;

            async Task CallAsync(int caller)
            {
                for (int i = 0; i < 300; i++)
                {
                    using var cancellation = new CancellationTokenSource();
                    string? backend = (caller + i) % 3 == 0 ? s_backends[i % 2] : null;
                    var request = new PlacementRequest((uint)i, backend, caller == 0 ? limit : null);
                    if (!scheduler.TryAcquire(in request, out Lease lease))
                    {
                        ValueTask<LeaseResult> wait = scheduler.EnqueueAsync(in request, cancellation.Token);
                        if (i % 10 == 0)
                        {
                            await cancellation.CancelAsync();
                        }

                        LeaseResult result = await wait;
                        if (!result.IsAcquired)
                        {
                            Assert.Equal(LeaseStatus.Canceled, result.Status);
                            continue;
                        }

                        lease = result.Lease;
                    }

                    Assert.InRange(Interlocked.Increment(ref running[lease.Worker.Index]), 1, Slots);
                    Interlocked.Increment(ref acquired);
                    if (i % 7 == 0)
                    {
                        await Task.Yield();
                    }

                    if (i % 50 == 0)
                    {
                        scheduler.Strategy = StrategyCatalog.Names[i / 50 % StrategyCatalog.Names.Count];
                    }

                    Interlocked.Decrement(ref running[lease.Worker.Index]);
                    scheduler.Release(in lease);
                }
            }

            await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(() => CallAsync(caller))))
                .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            Assert.Equal(0, scheduler.Outstanding);
            Assert.Equal(0, scheduler.QueueLength);
            Assert.Equal(0, limit.Entered);
            Assert.Equal(acquired, scheduler.Placed);
            Assert.All(scheduler.Workers.ToArray(), worker => Assert.Equal(0, worker.Outstanding));
        }
    }

    /// <summary>One scheduler, everything done to it on one thread, and the promises checked after each step.</summary>
    private sealed class History(string strategy, int workers, int slots, int queue)
    {
        private readonly Scheduler _scheduler = new(
            [.. Enumerable.Range(0, workers).Select(i => new WorkerPosition(s_backends[i % 2], slots, 1 + i))], strategy, queue, new Random(1));

        private readonly ConcurrencyLimit _limit = new(2);
        private readonly List<Lease> _leases = [];
        private readonly List<(ValueTask<LeaseResult> Task, PlacementRequest Request, CancellationTokenSource Cancellation)> _waits = [];

        public void Run((Step Step, int Value)[] history)
        {
            foreach ((Step step, int value) in history)
            {
                Take(step, value);
                Collect();
                Check();
            }

            End();
        }

        private PlacementRequest Request(int value) =>
            new((uint)value, (value % 4) switch { 0 => s_backends[0], 1 => s_backends[1], _ => null }, value % 5 == 0 ? _limit : null);

        private void Take(Step step, int value)
        {
            int index = value % workers;
            switch (step)
            {
                case Step.Acquire:
                    PlacementRequest now = Request(value);
                    if (_scheduler.TryAcquire(in now, out Lease lease))
                    {
                        Granted(lease, now);
                    }

                    break;
                case Step.Wait:
                    PlacementRequest request = Request(value);
                    var cancellation = new CancellationTokenSource();
#pragma warning disable CA2012 // Kept to be read, once, when it is complete; AsTask would complete on another thread.
                    _waits.Add((_scheduler.EnqueueAsync(in request, cancellation.Token), request, cancellation));
#pragma warning restore CA2012
                    break;
                case Step.Release when _leases.Count > 0:
                    Lease returned = _leases[value % _leases.Count];
                    _leases.RemoveAt(value % _leases.Count);
                    _scheduler.Release(in returned);
                    break;
                case Step.Cancel when _waits.Count > 0:
                    _waits[value % _waits.Count].Cancellation.Cancel();
                    break;
                case Step.Gone:
                    _scheduler.Gone(index);
                    break;
                case Step.Ready:
                    _scheduler.WorkerReady(index, 1 + (value % slots), value % 11 == 0 ? s_backends[value % 2] : s_backends[index % 2]);
                    break;
                case Step.Pause:
                    _scheduler.Pause(index);
                    break;
                case Step.Resume when _scheduler.Workers[index] is { Generation: > 0 } worker && _leases.Exists(l => l.Worker == worker && l.Generation == worker.Generation):
                    _scheduler.Resume(index);
                    break;
                case Step.Switch:
                    _scheduler.Strategy = StrategyCatalog.Names[value % StrategyCatalog.Names.Count];
                    break;
            }
        }

        // The source is completed before the call returns; only the continuation would run elsewhere.
        private void Collect()
        {
            for (int i = 0; i < _waits.Count; i++)
            {
                (ValueTask<LeaseResult> task, PlacementRequest request, CancellationTokenSource cancellation) = _waits[i];
                if (task.IsCompleted)
                {
                    _waits.RemoveAt(i--);
                    LeaseResult result = task.GetAwaiter().GetResult();
                    cancellation.Dispose();
                    if (result.IsAcquired)
                    {
                        Granted(result.Lease, request);
                    }
                }
            }
        }

        private void Granted(Lease lease, PlacementRequest request)
        {
            Assert.True(lease.Worker.IsReady);
            Assert.True(request.Backend is null || request.Backend == lease.Worker.Backend);
            _leases.Add(lease);
        }

        private void Check()
        {
            Assert.Equal(_leases.Count, _scheduler.Outstanding);
            Assert.Equal(_waits.Count, _scheduler.QueueLength);
            Assert.InRange(_waits.Count, 0, queue);
            Assert.InRange(_limit.Entered, 0, _limit.Maximum);
            foreach (WorkerState worker in _scheduler.Workers)
            {
                Assert.InRange(worker.Outstanding, 0, worker.Slots);
                Assert.Equal(_leases.Count(l => l.Worker == worker && l.Generation == worker.Generation), worker.Outstanding);

                // Nobody waits for a slot that is free.
                if (worker.IsAvailable)
                {
                    Assert.DoesNotContain(_waits, wait => wait.Request.Limit is null && (wait.Request.Backend is null || wait.Request.Backend == worker.Backend));
                }
            }
        }

        private void End()
        {
            while (_leases.Count > 0)
            {
                Take(Step.Release, 0);
                Collect();
                Check();
            }

            for (int index = 0; index < workers; index++)
            {
                _scheduler.WorkerReady(index, slots, s_backends[index % 2]);
                Collect();
            }

            // Whoever waits now is served as the others return: a lost wake-up would leave somebody.
            for (int turn = 0; _leases.Count > 0; turn++)
            {
                Take(Step.Release, turn);
                Collect();
                Check();
            }

            Assert.Empty(_waits);
            Assert.Equal(0, _scheduler.Outstanding);
            Assert.Equal(0, _limit.Entered);
            Assert.All(_scheduler.Workers.ToArray(), worker => Assert.Equal(0, worker.Outstanding));
        }
    }
}
