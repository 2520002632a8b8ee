using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Faas.Supervisor.Scheduling;

/// <summary>
/// Decides where an invocation runs and when. A strategy picks, a lease reserves, and a bounded queue holds those for whom there is no slot.
/// All members are safe from any thread.
/// </summary>
/// <remarks>
/// One lock covers picking, reserving and the queue. Acquiring and returning together take 50 ns with RR at 4 and 64 workers
/// (90 at 1,024), P2C 60 to 130, HASH 100 to 250; four threads on two cores that do nothing else get 102 ns a pair. An invocation takes a
/// thousand times that, and the lock makes three promises cheap that are hard without it: never more leases than slots, no slot idle while
/// somebody waits for it, nobody overtaken. LEAST and WEIGHTED look at each worker: 60 ns at 4, 0.2 and 0.4 µs at 64, 2 and 8 µs at 1,024.
/// Continuations run outside it.
/// <para>Order: waiters are served in order of arrival. One that no free slot fits (its backend is busy) does not hold back those behind it
/// that want another backend. While somebody waits for a slot, no slot it could use is free (each return and each ready worker serves the
/// queue first), so a new arrival that finds a free slot overtakes nobody who could have used it.</para>
/// </remarks>
public sealed partial class Scheduler
{
    /// <summary>Default bound of the queue (docs/ARCHITECTURE.md, limits).</summary>
    public const int DefaultQueueLength = 1024;

    private readonly Lock _lock = new();
    private readonly Random _random;
    private readonly TimeProvider _time;
    private readonly int _maxQueueLength;

    // All workers, for requests that take any backend; index = WorkerState.Index.
    private readonly PlacementGroup _all;

    // One for each backend ever seen: a handful, so a scan beats a dictionary.
    private PlacementGroup[] _backends = [];
    private string _strategy;
    private int _leased;
    private long _placed;

    /// <param name="positions">The pool as planned; each position counts as starting until <see cref="WorkerReady"/>.</param>
    /// <param name="strategy">One of <see cref="StrategyNames"/>, any case.</param>
    /// <param name="maxQueueLength">Requests that may wait; 0 means nobody waits.</param>
    /// <param name="random">Source for the strategies that draw; null takes one seeded by the system.</param>
    /// <param name="time">For how long somebody waits; null takes the system's.</param>
    /// <exception cref="ArgumentException">Unknown strategy; the message lists the known ones. Or a position without slots or weight.</exception>
    public Scheduler(
        IReadOnlyList<WorkerPosition> positions,
        string strategy = StrategyNames.RoundRobin,
        int maxQueueLength = DefaultQueueLength,
        Random? random = null,
        TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(positions);
        ArgumentOutOfRangeException.ThrowIfNegative(maxQueueLength);

        // Only ever used under the lock, so it need not be a shared one.
        _random = random ?? new Random();
        _time = time ?? TimeProvider.System;
        _maxQueueLength = maxQueueLength;
        _all = new PlacementGroup(null, StrategyCatalog.Create(strategy, _random));
        _strategy = _all.Strategy.Name;
        var workers = new WorkerState[positions.Count];
        for (int index = 0; index < workers.Length; index++)
        {
            WorkerPosition position = positions[index];
            ArgumentOutOfRangeException.ThrowIfLessThan(position.Slots, 1, nameof(positions));
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(position.Weight, nameof(positions));
            workers[index] = new WorkerState(index, position.Backend, position.Slots, position.Weight);
        }

        _all.Set.SetMembers(workers);
        GroupByBackend();
    }

    /// <summary>The pool's positions by index. The states change under the reader's eyes.</summary>
    public ReadOnlySpan<WorkerState> Workers => _all.Set.Workers;

    /// <summary>Leases not yet returned, those on dead processes included.</summary>
    public int Outstanding => Volatile.Read(ref _leased);

    /// <summary>Leases ever given.</summary>
    public long Placed => Volatile.Read(ref _placed);

    /// <summary>Requests that wait now.</summary>
    public int QueueLength => Volatile.Read(ref _queued);

    /// <summary>Requests that may wait.</summary>
    public int MaxQueueLength => _maxQueueLength;

    /// <summary>Name of the strategy, upper case. Setting it (any case) takes effect with the next pick; waiters keep their order.</summary>
    /// <exception cref="ArgumentException">Unknown; the message lists the known ones. The old one stays.</exception>
    public string Strategy
    {
        get => Volatile.Read(ref _strategy);
        set
        {
            lock (_lock)
            {
                ISchedulingStrategy strategy = StrategyCatalog.Create(value, _random);
                _all.Strategy = strategy;
                foreach (PlacementGroup group in _backends)
                {
                    group.Strategy = StrategyCatalog.Create(value, _random);
                }

                Volatile.Write(ref _strategy, strategy.Name);
            }
        }
    }

    /// <summary>
    /// Takes a slot if there is one for this request now. Synchronous, no allocation. False says only "not now": ask
    /// <see cref="EnqueueAsync"/>, which waits or knows the reason.
    /// </summary>
    public bool TryAcquire(in PlacementRequest request, out Lease lease)
    {
        lock (_lock)
        {
            if (!_isDraining && FindGroup(request.Backend) is { } group)
            {
                return TryAcquire(group, in request, out lease);
            }
        }

        lease = default;
        return false;
    }

    /// <summary>
    /// Gives a slot back: exactly once for each lease, also when the worker has died meanwhile (then it frees nothing but is still counted). The
    /// first waiter that fits gets the slot.
    /// </summary>
    /// <exception cref="InvalidOperationException">More returns than leases.</exception>
    public void Release(in Lease lease)
    {
        Waiter? decided = null;
        lock (_lock)
        {
            WorkerState? worker = lease.Worker;
            if (worker is null || _leased == 0)
            {
                ThrowReleasedTwice();
            }

            if (worker.Generation == lease.Generation)
            {
                if (worker.Outstanding == 0)
                {
                    ThrowReleasedTwice();
                }

                AddOutstanding(worker, -1);
                UpdateAvailability(worker);
            }

            Volatile.Write(ref _leased, _leased - 1);
            if (lease.Limit is not null)
            {
                Leave(lease.Limit, ref decided);
            }

            if (_queued != 0)
            {
                Serve(ref decided);
            }

            NoteIdle();
        }

        Complete(decided);
    }

    /// <summary>
    /// A process fills position <paramref name="index"/> and takes work. Its slots start free: leases on a process before it no longer count
    /// against it. An index one past the last adds a position.
    /// </summary>
    /// <param name="index">0 to the number of positions.</param>
    /// <param name="slots">As announced; at least 1.</param>
    /// <param name="backend">As announced; may differ from what was planned.</param>
    /// <returns>The generation of the process, by which it is spoken of from now on.</returns>
    public int WorkerReady(int index, int slots, string backend)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        ArgumentException.ThrowIfNullOrEmpty(backend);
        Waiter? decided = null;
        int generation;
        lock (_lock)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)index, (uint)_all.Set.Count, nameof(index));
            if (index == _all.Set.Count)
            {
                _all.Set.SetMembers([.. _all.Set.Workers, new WorkerState(index, backend, slots, weight: 1)]);
                GroupByBackend();
            }

            WorkerState worker = _all.Set.Workers[index];
            Clear(worker);
            worker.Slots = slots;
            generation = worker.Generation;
            if (!Matches(worker.BackendGroup, backend))
            {
                worker.Backend = backend;
                GroupByBackend();
            }

            SetReady(worker, isReady: true);
            Serve(ref decided);

            // A worker that came back with another backend may have been the last hope of some.
            FailHopeless(ref decided);
            NoteIdle();
        }

        Complete(decided);
        return generation;
    }

    /// <summary>The process stays but gets nothing new: it missed its heartbeat. Its leases go on. Nothing happens when another fills the position.</summary>
    public void WorkerPaused(int index, int generation)
    {
        lock (_lock)
        {
            if (Find(index, generation) is { } worker)
            {
                SetReady(worker, isReady: false);
            }
        }
    }

    /// <summary>The same process takes work again after <see cref="WorkerPaused"/>.</summary>
    public void WorkerResumed(int index, int generation)
    {
        Waiter? decided = null;
        lock (_lock)
        {
            if (Find(index, generation) is { } worker)
            {
                SetReady(worker, isReady: true);
                Serve(ref decided);
            }
        }

        Complete(decided);
    }

    /// <summary>
    /// The process ended and another will take its position: who waits for it goes on waiting. Its leases are still to be returned. Whoever
    /// notices first says so; from then on nothing is placed there. Nothing happens when that was known, or another fills the position by now.
    /// </summary>
    public void WorkerGone(int index, int generation)
    {
        lock (_lock)
        {
            if (Find(index, generation) is { } worker)
            {
                Clear(worker);
            }
        }
    }

    /// <summary>The same, by who holds a lease on it.</summary>
    public void WorkerGone(in Lease lease) => WorkerGone(lease.Worker.Index, lease.Generation);

    // Everything below runs under the lock.

    private static bool Matches(PlacementGroup group, string backend) =>
        (object?)group.Backend == backend || string.Equals(group.Backend, backend, StringComparison.OrdinalIgnoreCase);

    private WorkerState? Find(int index, int generation) =>
        _all.Set.Workers[index] is { } worker && worker.Generation == generation ? worker : null;

    private PlacementGroup? FindGroup(string? backend)
    {
        if (backend is null)
        {
            return _all;
        }

        foreach (PlacementGroup group in _backends)
        {
            if (Matches(group, backend))
            {
                return group;
            }
        }

        return null;
    }

    private bool TryAcquire(PlacementGroup group, in PlacementRequest request, out Lease lease)
    {
        if (request.Limit is { IsFull: true } || Pick(group, in request) is not { } worker)
        {
            lease = default;
            return false;
        }

        if (request.Limit is not null)
        {
            request.Limit.Entered++;
        }

        lease = Reserve(worker, request.Limit);
        return true;
    }

    private static WorkerState? Pick(PlacementGroup group, in PlacementRequest request)
    {
        if (group.Set.AvailableCount == 0)
        {
            return null;
        }

        WorkerState? worker = group.Strategy.Pick(group.Set, in request);
        if (worker is { IsAvailable: false })
        {
            ThrowUnavailable(group.Strategy, worker);
        }

        return worker;
    }

    private Lease Reserve(WorkerState worker, ConcurrencyLimit? limit)
    {
        AddOutstanding(worker, 1);
        if (worker.Outstanding == worker.Slots)
        {
            UpdateAvailability(worker);
        }

        worker.Placed++;
        Volatile.Write(ref _leased, _leased + 1);
        Volatile.Write(ref _placed, _placed + 1);
        return new Lease(worker, limit);
    }

    private void AddOutstanding(WorkerState worker, int change)
    {
        worker.Outstanding += change;
        _all.Set.Outstanding += change;
        worker.BackendGroup.Set.Outstanding += change;
    }

    private void UpdateAvailability(WorkerState worker)
    {
        _all.Set.SetAvailable(worker.Index, worker.IsAvailable);
        worker.BackendGroup.Set.SetAvailable(worker.BackendPosition, worker.IsAvailable);
    }

    private void SetReady(WorkerState worker, bool isReady)
    {
        if (worker.IsReady != isReady)
        {
            int change = isReady ? 1 : -1;
            worker.IsReady = isReady;
            _all.Set.ReadyCount += change;
            worker.BackendGroup.Set.ReadyCount += change;
        }

        UpdateAvailability(worker);
    }

    /// <summary>Ends the process of a position: not ready, no leases that count, and those given so far belong to the past.</summary>
    private void Clear(WorkerState worker)
    {
        SetReady(worker, isReady: false);
        AddOutstanding(worker, -worker.Outstanding);
        worker.Generation++;
    }

    /// <summary>Sorts the workers into their backends' groups; a group once made stays, for it may have waiters.</summary>
    private void GroupByBackend()
    {
        foreach (WorkerState worker in _all.Set.Workers)
        {
            PlacementGroup? group = FindGroup(worker.Backend);
            if (group is null)
            {
                group = new PlacementGroup(worker.Backend, StrategyCatalog.Create(_strategy, _random));
                _backends = [.. _backends, group];
            }

            worker.BackendGroup = group;
        }

        foreach (PlacementGroup group in _backends)
        {
            var members = new List<WorkerState>();
            foreach (WorkerState worker in _all.Set.Workers)
            {
                if (worker.BackendGroup == group)
                {
                    worker.BackendPosition = members.Count;
                    members.Add(worker);
                }
            }

            group.Set.SetMembers([.. members]);
        }
    }

    [DoesNotReturn, StackTraceHidden]
    private static void ThrowReleasedTwice() =>
        throw new InvalidOperationException("a lease was returned that is not outstanding: each is returned exactly once");

    [DoesNotReturn, StackTraceHidden]
    private static void ThrowUnavailable(ISchedulingStrategy strategy, WorkerState worker) =>
        throw new InvalidOperationException($"strategy {strategy.Name} picked worker {worker.Index}, which is not ready or has no free slot");
}
