namespace Faas.Supervisor.Scheduling;

// The queue: who waits, in which order they are served, how waiting ends.
public sealed partial class Scheduler
{
    private Waiter? _pool;
    private int _queued;
    private long _arrivals;
    private readonly HashSet<ConcurrencyLimit> _limits = []; // those with somebody in their line, and some more
    private bool _isDraining;
    private bool _isAborted;
    private TaskCompletionSource<bool>? _drained;

    /// <summary>
    /// Takes a slot, waiting for one in order of arrival if need be. Await the result exactly once and always: a lease may be in it. When
    /// <paramref name="cancellationToken"/> fires first the status is <see cref="LeaseStatus.Canceled"/>; when it fires at the same moment as a slot is
    /// granted, the lease wins and is to be returned as any other. Never throws; continuations run on the thread pool.
    /// </summary>
    public ValueTask<LeaseResult> EnqueueAsync(in PlacementRequest request, CancellationToken cancellationToken = default)
    {
        Waiter waiter;
        lock (_lock)
        {
            if (_isDraining)
            {
                return new(new LeaseResult(LeaseStatus.ShuttingDown));
            }

            if (FindGroup(request.Backend) is not { Set.Count: > 0 } group)
            {
                return new(new LeaseResult(LeaseStatus.NoWorker));
            }

            if (cancellationToken.IsCancellationRequested)
            {
                return new(new LeaseResult(LeaseStatus.Canceled));
            }

            if (TryAcquire(group, in request, out Lease lease))
            {
                return new(new LeaseResult(LeaseStatus.Acquired, lease));
            }

            if (_queued >= _maxQueueLength)
            {
                return new(new LeaseResult(LeaseStatus.QueueFull));
            }

            waiter = Rent();
            waiter.Request = request;
            waiter.Group = group;
            waiter.Since = _time.GetTimestamp();
            Volatile.Write(ref _queued, _queued + 1);
            if (request.Limit is { IsFull: true })
            {
                request.Limit.Line.Append(waiter);
                _limits.Add(request.Limit);
            }
            else
            {
                LineUp(waiter);
            }
        }

        // Not a race: the object cannot go back to the pool before the caller has this task.
        ValueTask<LeaseResult> task = waiter.Task;
        waiter.Watch(cancellationToken);
        return task;
    }

    /// <summary>
    /// Refuses new requests (<see cref="LeaseStatus.ShuttingDown"/>) but serves those that wait, and ends when no lease is out and nobody waits.
    /// When <paramref name="cancellationToken"/> fires first, the waiters end with ShuttingDown too and the answer is false. May be called again.
    /// </summary>
    public async Task<bool> DrainAsync(CancellationToken cancellationToken)
    {
        Task<bool> drained;
        lock (_lock)
        {
            _isDraining = true;
            _drained ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            drained = _drained.Task;
            NoteIdle();
        }

        using CancellationTokenRegistration registration =
            cancellationToken.UnsafeRegister(static state => ((Scheduler)state!).Abort(), this);
        return await drained;
    }

    /// <summary>
    /// Ends the waits that have lasted longer than anybody may wait, with <see cref="LeaseStatus.TimedOut"/>. To be called now and then: it
    /// looks at those who arrived first, which are the ones at the heads of their lines.
    /// </summary>
    /// <param name="longest">How long a call may wait.</param>
    public void EndLongWaits(TimeSpan longest)
    {
        Waiter? decided = null;
        lock (_lock)
        {
            long now = _time.GetTimestamp();
            EndLongWaits(_all.Line, now, longest, ref decided);
            foreach (PlacementGroup group in _backends)
            {
                EndLongWaits(group.Line, now, longest, ref decided);
            }

            // Those who wait behind the limit of their function are in no group's line.
            foreach (ConcurrencyLimit limit in _limits)
            {
                EndLongWaits(limit.Line, now, longest, ref decided);
            }

            _limits.RemoveWhere(static limit => limit.Line.Head is null);
            Serve(ref decided);
            NoteIdle();
        }

        Complete(decided);
    }

    /// <summary>The token of a waiter fired; nothing happens when it was decided before.</summary>
    internal void Cancel(Waiter waiter)
    {
        Waiter? decided = null;
        lock (_lock)
        {
            if (waiter.Line is null)
            {
                return;
            }

            End(waiter, LeaseStatus.Canceled, ref decided);
            Serve(ref decided);
            NoteIdle();
        }

        Complete(decided);
    }

    /// <summary>A waiter whose result was read comes back.</summary>
    internal void Return(Waiter waiter)
    {
        lock (_lock)
        {
            waiter.Next = _pool;
            _pool = waiter;
        }
    }

    // Outside the lock. `decided` is a list through Next, the last decided first; an object may be reused from the moment it is completed.
    private static void Complete(Waiter? decided)
    {
        if (decided?.Next is not null)
        {
            decided = Reverse(decided);
        }

        while (decided is not null)
        {
            Waiter waiter = decided;
            decided = waiter.Next;
            waiter.Next = null;
            waiter.Complete();
        }
    }

    private static Waiter Reverse(Waiter list)
    {
        Waiter? reversed = null;
        for (Waiter? waiter = list; waiter is not null;)
        {
            Waiter? next = waiter.Next;
            waiter.Next = reversed;
            reversed = waiter;
            waiter = next;
        }

        return reversed!;
    }

    private void Abort()
    {
        Waiter? decided = null;
        lock (_lock)
        {
            _isAborted = true;
            FailHopeless(ref decided);
            _drained?.TrySetResult(false);
        }

        Complete(decided);
    }

    // Everything below runs under the lock.

    private Waiter Rent()
    {
        Waiter? waiter = _pool;
        if (waiter is null)
        {
            return new Waiter(this);
        }

        _pool = waiter.Next;
        waiter.Next = null;
        return waiter;
    }

    /// <summary>Into the line for slots, past the limit of its function.</summary>
    private void LineUp(Waiter waiter)
    {
        if (waiter.Request.Limit is { } limit)
        {
            limit.Entered++;
        }

        waiter.Sequence = _arrivals++;
        waiter.Group.Line.Append(waiter);
    }

    /// <summary>Gives free slots to those who wait, first come first served among those whom a free slot fits.</summary>
    private void Serve(ref Waiter? decided)
    {
        while (_all.Set.AvailableCount != 0)
        {
            Waiter? first = _all.Line.Head;
            foreach (PlacementGroup group in _backends)
            {
                if (group.Line.Head is { } head && group.Set.AvailableCount != 0 && (first is null || head.Sequence < first.Sequence))
                {
                    first = head;
                }
            }

            if (first is null)
            {
                return;
            }

            PlacementRequest request = first.Request;
            if (Pick(first.Group, in request) is not { } worker)
            {
                return;
            }

            Lease lease = Reserve(worker, request.Limit);
            Decide(first, new LeaseResult(LeaseStatus.Acquired, lease), ref decided);
        }
    }

    /// <summary>Ends the waiters that nothing can serve any more.</summary>
    private void FailHopeless(ref Waiter? decided)
    {
        FailHopeless(_all, ref decided);
        foreach (PlacementGroup group in _backends)
        {
            FailHopeless(group, ref decided);
        }
    }

    private void FailHopeless(PlacementGroup group, ref Waiter? decided)
    {
        while (group.Line.Head is { } head && Hopeless(group) is { } status)
        {
            End(head, status, ref decided);
        }
    }

    private LeaseStatus? Hopeless(PlacementGroup group) =>
        _isAborted ? LeaseStatus.ShuttingDown : group.Set.Count == 0 ? LeaseStatus.NoWorker : null;

    private void EndLongWaits(WaiterLine line, long now, TimeSpan longest, ref Waiter? decided)
    {
        while (line.Head is { } waiter && _time.GetElapsedTime(waiter.Since, now) >= longest)
        {
            End(waiter, LeaseStatus.TimedOut, ref decided);
        }
    }

    /// <summary>Ends a wait without a lease.</summary>
    private void End(Waiter waiter, LeaseStatus status, ref Waiter? decided)
    {
        ConcurrencyLimit? limit = waiter.Request.Limit;
        bool hadEntered = limit is not null && waiter.Line != limit.Line;
        Decide(waiter, new LeaseResult(status), ref decided);
        if (hadEntered)
        {
            Leave(limit!, ref decided);
        }
    }

    /// <summary>One of the function ended: the next one of it joins the line for slots, or learns that there is nothing to wait for.</summary>
    private void Leave(ConcurrencyLimit limit, ref Waiter? decided)
    {
        limit.Entered--;
        while (!limit.IsFull && limit.Line.Head is { } next)
        {
            if (Hopeless(next.Group) is { } status)
            {
                Decide(next, new LeaseResult(status), ref decided);
            }
            else
            {
                limit.Line.Remove(next);
                LineUp(next);
            }
        }
    }

    private void Decide(Waiter waiter, LeaseResult result, ref Waiter? decided)
    {
        waiter.Line!.Remove(waiter);
        Volatile.Write(ref _queued, _queued - 1);
        waiter.Result = result;
        waiter.Next = decided;
        decided = waiter;
    }

    private void NoteIdle()
    {
        if (_isDraining && _leased == 0 && _queued == 0)
        {
            _drained?.TrySetResult(true);
        }
    }
}
