using System.Collections;
using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Protocol.Transport;
using Faas.Supervisor.Invocations;

namespace Faas.Supervisor.Workers;

/// <summary>
/// One session with one worker process, from its Hello to the end: multiplexes the invocations under way over one
/// connection. Sending is any thread's; one loop reads.
/// <para>It owns the table of what was sent: an invocation is in it from sending to its end, and whoever takes it out
/// (the reading loop at a result, <see cref="Detach"/> at a loss) ends it. Table, free places and what the worker was told
/// are guarded by the staging lock of the connection.</para>
/// </summary>
internal sealed class WorkerSession : IInvocationTarget, IDisposable
{
    // Staged invocations above which a burst's end is not waited for, so that the worker starts while the burst goes on.
    private const int MaxDeferred = 8;

    private readonly FrameConnection _frames;
    private readonly InvocationNumbers _numbers;
    private readonly TimeProvider _time;
    private readonly HashSet<ulong> _expired = []; // under the staging lock, as the next four
    private readonly Stack<int> _free;
    private Invocation?[] _table;
    private BitArray _prepared = new(256);
    private bool _isOver;
    private readonly List<(Invocation Invocation, ulong EndedId)> _toSignal = []; // the reading loop's
    private int _deferred;
    private int _unansweredPings;
    private DeadlineWatch? _watch;
    private TimeSpan _grace;

    /// <param name="frames">Owned from now on.</param>
    /// <param name="hello">What the worker said of itself.</param>
    /// <param name="numbers">Where ids come from.</param>
    /// <param name="time">For deadlines and instants.</param>
    public WorkerSession(FrameConnection frames, WorkerHello hello, InvocationNumbers numbers, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hello.Slots, InvocationNumbers.MaxPlaces);
        _frames = frames;
        _numbers = numbers;
        _time = time;
        Hello = hello;
        _table = new Invocation?[hello.Slots];
        _free = new Stack<int>(Enumerable.Range(0, hello.Slots).Reverse());
    }

    public WorkerHello Hello { get; }

    public int WorkerIndex => (int)Hello.WorkerIndex;

    public string Backend => Hello.Backend;

    /// <summary>The worker's latest figures.</summary>
    public PongMessage Figures { get; private set; }

    /// <summary>Pings sent since the worker was last heard. Time in which the supervisor itself did not run sends none, so it counts for nobody.</summary>
    public int UnansweredPings => Volatile.Read(ref _unansweredPings);

    /// <summary>Invocations under way here.</summary>
    public int UnderWay
    {
        get
        {
            using var stage = _frames.Stage();
            return _table.Length - _free.Count;
        }
    }

    /// <summary>Called by the reading loop at the first frame after a ping. Set before the loop begins; must return at once.</summary>
    public Action? Heard { get; init; }

    /// <summary>Answers the worker's Hello: it may expect work.</summary>
    public void Accept()
    {
        using (var stage = _frames.Stage())
        {
            new SupervisorHello(StreamChunk.DefaultWindowBytes).Write(stage.Buffer);
        }

        Flush();
    }

    /// <summary>
    /// For an engine that interrupts nobody: looks at the deadlines when they pass instead of at the next heartbeat.
    /// Before the first invocation.
    /// </summary>
    /// <param name="grace">How much later than its deadline an invocation may be.</param>
    /// <param name="late">Called when one is; sees to the end of the process.</param>
    public void WatchDeadlines(TimeSpan grace, Action late)
    {
        _grace = grace;
        _watch = new DeadlineWatch(_time, () =>
        {
            if (!HasOverdue(grace))
            {
                return EarliestDue();
            }

            late();
            return long.MaxValue;
        });
    }

    public void Prepare(PrepareMessage message)
    {
        using var stage = _frames.Stage();
        if (message.Handle >= _prepared.Length)
        {
            _prepared.Length = Math.Max((int)message.Handle + 1, _prepared.Length * 2);
        }

        if (!_prepared[(int)message.Handle])
        {
            message.Write(stage.Buffer);
            _prepared[(int)message.Handle] = true;
        }
    }

    /// <summary>Tells the worker to forget a function.</summary>
    public void Release(uint handle)
    {
        using (var stage = _frames.Stage())
        {
            if (handle >= _prepared.Length || !_prepared[(int)handle])
            {
                return;
            }

            SessionMessages.WriteRelease(stage.Buffer, handle);
            _prepared[(int)handle] = false;
        }

        Flush();
    }

    public SendStatus TrySend(Invocation invocation)
    {
        var request = invocation.Request;
        var input = request.Input.Span;
        var first = input[..Math.Min(input.Length, InvokeMessage.MaxInlineInputBytes)];
        bool othersUnderWay;
        using (var stage = _frames.Stage())
        {
            if (_isOver || _frames.IsClosed)
            {
                return SendStatus.Lost;
            }

            var handle = request.Function.Handle;
            if (handle >= _prepared.Length || !_prepared[(int)handle])
            {
                return SendStatus.Unprepared;
            }

            othersUnderWay = _free.Count < _table.Length;
            if (_free.Count == 0)
            {
                Grow();
            }

            var place = _free.Peek();
            var id = _numbers.Next() | (uint)place;

            // May throw, and then leaves nothing behind: the place is taken after it.
            InvokeMessage.Write(
                stage.Buffer,
                id,
                first.Length == input.Length ? FrameFlags.EndOfInput : FrameFlags.None,
                new InvokeMessage(handle, 0, request.ArgumentCount, request.EnvironmentCount, default, default),
                request.Strings.Span,
                first);
            _free.Pop();
            invocation.Sent(this, id, stage.Batch);
            Volatile.Write(ref _table[place], invocation);
        }

        _watch?.Arm(Due(invocation, _grace));
        if (first.Length == input.Length)
        {
            SendSoon(othersUnderWay);
        }

        invocation.AfterSend(first.Length);
        return SendStatus.Sent;
    }

    /// <summary>The burst in which this session was deferred is over.</summary>
    /// <remarks>
    /// The count goes back to zero before the flush: a frame that is staged after that makes its sender defer the session once more, and one
    /// that was staged before is in this flush. The other way round, a frame staged in between would be in neither.
    /// </remarks>
    public void EndDeferral()
    {
        Interlocked.Exchange(ref _deferred, 0);
        Flush();
    }

    public void SendInput(ulong id, ReadOnlySpan<byte> bytes, FrameFlags flags)
    {
        using var stage = _frames.Stage();
        if (IsUnderWay(id))
        {
            StreamChunk.Write(stage.Buffer, FrameType.Input, flags, id, bytes);
        }
    }

    public void Cancel(ulong id)
    {
        using (var stage = _frames.Stage())
        {
            if (!IsUnderWay(id))
            {
                return;
            }

            SessionMessages.WriteCancel(stage.Buffer, id);
        }

        Flush();
    }

    public void Grant(ulong id, uint bytes)
    {
        using (var stage = _frames.Stage())
        {
            if (!IsUnderWay(id))
            {
                return;
            }

            new WindowMessage(bytes).Write(stage.Buffer, id);
        }

        Flush();
    }

    public void SendPing(ulong nonce)
    {
        using (var stage = _frames.Stage())
        {
            SessionMessages.WritePing(stage.Buffer, nonce);
        }

        Interlocked.Increment(ref _unansweredPings);
        Flush();
    }

    public void SendDrain()
    {
        using (var stage = _frames.Stage())
        {
            SessionMessages.WriteDrain(stage.Buffer);
        }

        Flush();
    }

    /// <summary>Reads until the session is over. What is under way then is still in the table: <see cref="Detach"/> ends it.</summary>
    /// <exception cref="ProtocolViolationException">The worker broke the protocol.</exception>
    public Task ReadAsync(CancellationToken cancellationToken) => _frames.ReadLoopAsync(Handle, SignalBatch, cancellationToken);

    /// <summary>
    /// The session is over, and the scheduler knows it: nothing more leaves, and every invocation under way ends with
    /// <see cref="InvocationEnd.WorkerCrashed"/>, or <see cref="InvocationEnd.Timeout"/> where it was itself the reason. After the reading
    /// loop. The callers go on elsewhere, never inside this call.
    /// </summary>
    /// <param name="post">Runs something on another thread.</param>
    public void Detach(Action<IThreadPoolWorkItem> post)
    {
        List<Invocation> orphans = [];
        long batch;
        HashSet<ulong> expired;
        using (var stage = _frames.Stage())
        {
            _isOver = true;

            // What is staged must not leave any more: it is run elsewhere, as what never left.
            batch = stage.Batch;
            stage.Close();
            expired = [.. _expired];
            for (var place = 0; place < _table.Length; place++)
            {
                if (_table[place] is { } invocation)
                {
                    orphans.Add(invocation);
                    _table[place] = null;
                    _free.Push(place);
                }
            }
        }

        var now = _time.MonotonicNanoseconds;
        foreach (var invocation in orphans)
        {
            if (expired.Contains(invocation.Id))
            {
                invocation.Lose(InvocationEnd.Timeout, neverLeft: false, "its worker could not interrupt it and was replaced", now);
            }
            else
            {
                invocation.Lose(
                    InvocationEnd.WorkerCrashed,
                    neverLeft: invocation.Batch >= batch,
                    "the worker process ended while it ran this invocation",
                    now);
            }

            post(new LostInvocation(invocation, invocation.Id));
        }
    }

    /// <summary>
    /// The last rung of a deadline: notes the invocations that the worker should have ended long ago. They answer
    /// <see cref="InvocationEnd.Timeout"/> when the session is lost, which the caller now sees to by killing the process.
    /// </summary>
    /// <param name="grace">How much later than its deadline a worker may be.</param>
    /// <returns>True when there is such an invocation.</returns>
    public bool HasOverdue(TimeSpan grace)
    {
        var now = _time.MonotonicNanoseconds;
        using var stage = _frames.Stage();
        _expired.Clear();
        foreach (var invocation in _table)
        {
            if (invocation is not null && now > Due(invocation, grace))
            {
                _expired.Add(invocation.Id);
            }
        }

        return _expired.Count > 0;
    }

    public void Dispose()
    {
        _watch?.Dispose();
        _frames.Dispose();
    }

    /// <summary>Sends what is staged. A local socket takes small frames at once; a full one is waited for in the background.</summary>
    public void Flush()
    {
        var flush = _frames.FlushAsync();
        if (!flush.IsCompletedSuccessfully)
        {
            _ = flush.AsTask();
        }
    }

    // A worker with nothing to do is woken at once; one that is busy anyway gets its next frames in one piece at the end
    // of the burst.
    private void SendSoon(bool busy)
    {
        if (!busy)
        {
            Flush();
            return;
        }

        var staged = Interlocked.Increment(ref _deferred);
        if (staged == 1 && !SendBurst.TryDefer(this))
        {
            EndDeferral();
        }
        else if (staged % MaxDeferred == 0)
        {
            Flush();
        }
    }

    private static long Due(Invocation invocation, TimeSpan grace) =>
        invocation.Timings.Leased + ((invocation.Request.Function.Limits.Timeout + grace).Ticks * TimeSpan.NanosecondsPerTick);

    private long EarliestDue()
    {
        var earliest = long.MaxValue;
        using var stage = _frames.Stage();
        foreach (var invocation in _table)
        {
            if (invocation is not null)
            {
                earliest = Math.Min(earliest, Due(invocation, _grace));
            }
        }

        return earliest;
    }

    private void Handle(in Frame frame)
    {
        if (Volatile.Read(ref _unansweredPings) != 0)
        {
            Volatile.Write(ref _unansweredPings, 0);
            Heard?.Invoke();
        }

        switch (frame.Header.Type)
        {
            case FrameType.Output:
                if (Find(frame) is { } writing && writing.AddOutput(frame.Payload))
                {
                    _toSignal.Add((writing, 0));
                }

                break;
            case FrameType.ErrorOutput:
                Find(frame)?.AddError(frame.Payload);
                break;
            case FrameType.Completed:
                Complete(frame);
                break;
            case FrameType.Window:
                Find(frame)?.AddInputWindow(WindowMessage.Read(frame.Payload).Bytes);
                break;
            case FrameType.Pong:
                Figures = PongMessage.Read(frame.Payload);
                break;
            default:
                throw new ProtocolViolationException(ProtocolError.UnexpectedFrame, $"{frame.Header.Type} to the supervisor");
        }
    }

    private Invocation? Find(in Frame frame)
    {
        var id = frame.Header.InvocationId;
        var table = Volatile.Read(ref _table);
        var place = InvocationNumbers.PlaceOf(id);
        return place < table.Length && Volatile.Read(ref table[place]) is { } invocation && invocation.Id == id ? invocation : null;
    }

    private void Complete(in Frame frame)
    {
        var message = CompletedMessage.Read(frame.Payload);
        if (Find(frame) is not { } invocation || message.Status >= InvocationStatus.Refused)
        {
            throw new ProtocolViolationException(
                ProtocolError.UnexpectedFrame, $"an end of invocation {frame.Header.InvocationId:x16}, which is not under way, with status {message.Status}");
        }

        var place = InvocationNumbers.PlaceOf(frame.Header.InvocationId);
        using (_frames.Stage())
        {
            _table[place] = null;
            _free.Push(place);
        }

        invocation.Complete(message, _time.MonotonicNanoseconds);
        _toSignal.Add((invocation, frame.Header.InvocationId));
    }

    // Callers go on after the whole batch was read, so that one who takes output as it comes finds the end as well when that came along. All of
    // them are still owned here.
    private void SignalBatch()
    {
        foreach (var (invocation, endedId) in _toSignal)
        {
            invocation.Signal();
            if (endedId != 0)
            {
                invocation.LetGoOf(endedId);
            }
        }

        _toSignal.Clear();
    }

    // ---- Under the staging lock. ----

    private bool IsUnderWay(ulong id)
    {
        var place = InvocationNumbers.PlaceOf(id);
        return place < _table.Length && _table[place]?.Id == id;
    }

    // More places than slots: a lease given back by its holder and the end of its invocation need not come in this order.
    private void Grow()
    {
        var larger = new Invocation?[Math.Min(_table.Length * 2, InvocationNumbers.MaxPlaces)];
        if (larger.Length == _table.Length)
        {
            throw new InvalidOperationException($"a session carries at most {InvocationNumbers.MaxPlaces} invocations at once");
        }

        _table.CopyTo(larger, 0);
        for (var place = larger.Length - 1; place >= _table.Length; place--)
        {
            _free.Push(place);
        }

        Volatile.Write(ref _table, larger);
    }
}
