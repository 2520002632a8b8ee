namespace Faas.WorkerHost.Execution;

/// <summary>
/// The slot threads of a worker as leader and followers (Schmidt et al., "Leader/Followers", 2000). One of them, the
/// leader, reads the socket; the quick invocations of a batch it runs itself, one after the other, and answers them
/// with one write: no hand-over between threads, which would cost more than a small guest. For one that is slow or
/// waits it promotes a follower to read in its place; when several came together, followers take the slow ones. When
/// the leader is caught in a run that turns out long, the monitor promotes a follower.
/// </summary>
internal sealed class SlotCrew
{
    private readonly object _gate = new();
    private readonly Queue<Invocation> _queue = new();
    private readonly Slot[] _slots;
    private readonly Func<bool> _readBatch;
    private readonly Action<Slot, Invocation> _run;
    private readonly Action _flush;
    private readonly TaskCompletionSource _ended = new();
    private Slot? _leader;
    private int _waiting;
    private bool _stopped;

    /// <param name="slots">Invocations at once; the supervisor sends no more.</param>
    /// <param name="readBatch">Blocks for bytes and handles the frames in them; false at the end of the session.</param>
    /// <param name="run">Runs one invocation and stages its answer.</param>
    /// <param name="flush">Sends what is staged.</param>
    public SlotCrew(int slots, Func<bool> readBatch, Action<Slot, Invocation> run, Action flush)
    {
        // One thread more than may run guests: whatever they do, somebody reads the cancellations and the pings.
        _slots = [.. Enumerable.Range(0, slots + 1).Select(index => new Slot(index))];
        _readBatch = readBatch;
        _run = run;
        _flush = flush;
    }

    public ReadOnlySpan<Slot> Slots => _slots;

    /// <summary>Starts the threads; the first becomes the leader.</summary>
    public void Start()
    {
        foreach (var slot in _slots)
        {
            slot.Start(Loop);
        }
    }

    /// <summary>Blocks until the session has ended. Guests may still run: the process is what ends them.</summary>
    public void WaitForEnd() => _ended.Task.Wait();

    /// <summary>Adds an invocation. Called by the leader while it handles a batch.</summary>
    public void Enqueue(Invocation invocation)
    {
        lock (_gate)
        {
            _queue.Enqueue(invocation);
            if (_queue.Count > 1 && !_queue.Peek().RunsInline)
            {
                Wake(); // the leader is about to run slow ones: another thread starts on them now instead of after a hand-over for each
            }
        }
    }

    /// <summary>Takes the reading from <paramref name="slot"/> if it leads: it is busy or about to wait. Any thread.</summary>
    public void Demote(Slot slot)
    {
        lock (_gate)
        {
            if (_leader == slot)
            {
                _leader = null;
                Wake();
            }
        }
    }

    private void Loop(Slot slot)
    {
        while (true)
        {
            if (!TakeWork(slot, out var invocation))
            {
                return;
            }

            if (invocation is not null)
            {
                if (!invocation.RunsInline)
                {
                    _flush(); // answers of quick ones before it do not wait for its end
                }

                _run(slot, invocation);
                if (_leader == slot)
                {
                    // A whole batch is answered at once, before the next read.
                    continue;
                }
            }

            _flush();
            if (invocation is null && !_readBatch())
            {
                Stop();
            }
        }
    }

    // True with an invocation: run it. True without: read. False: the session is over.
    private bool TakeWork(Slot slot, out Invocation? invocation)
    {
        lock (_gate)
        {
            while (true)
            {
                var leads = _leader == slot;
                if (_queue.TryPeek(out invocation) && (!leads || invocation.RunsInline || _queue.Count == 1 || _waiting == 0))
                {
                    _queue.Dequeue();
                    if (leads && !invocation.RunsInline)
                    {
                        // The reading changes hands, not the invocation: nobody waits for a follower to wake up.
                        _leader = null;
                    }

                    if (_leader is null || (!leads && _queue.Count > 0))
                    {
                        Wake();
                    }

                    return true;
                }

                invocation = null;
                if (_stopped)
                {
                    return false;
                }

                if (leads || _leader is null)
                {
                    _leader = slot;
                    return true;
                }

                _waiting++;
                Monitor.Wait(_gate);
                _waiting--;
            }
        }
    }

    private void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            _leader = null;
            Monitor.PulseAll(_gate);
        }

        _ended.TrySetResult();
    }

    // Under _gate.
    private void Wake()
    {
        if (_waiting > 0)
        {
            Monitor.Pulse(_gate);
        }
    }
}
