using System.Collections;
using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Protocol.Transport;

namespace Faas.Supervisor.Workers;

/// <summary>
/// One session with one worker process, from its Hello to the end: multiplexes the invocations under way over one
/// connection. Sending is any thread's; one loop reads.
/// </summary>
internal sealed class WorkerConnection : IDisposable
{
    // The low bits of an invocation id are its place in the session's table, the high bits a number that grows.
    private const int PlaceBits = 12;
    private const int MaxPlaces = 1 << PlaceBits;

    // Ids of a later run of the supervisor are higher: the clock in microseconds runs ahead of any rate of invocations.
    private static long s_lastNumber = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000 & ((1L << (63 - PlaceBits)) - 1);

    // Staged invocations above which a burst's end is not waited for, so that the worker starts while the burst goes on.
    private const int MaxDeferred = 8;

    private readonly FrameConnection _frames;
    private readonly PendingInvocation?[] _table;
    private readonly Stack<int> _free;
    private readonly HashSet<ulong> _expired = [];
    private readonly List<(PendingInvocation Pending, ulong Id)> _toSignal = [];
    private BitArray _prepared = new(256);
    private int _deferred;
    private DeadlineWatch? _watch;
    private TimeSpan _grace;
    private bool _lost;

    public WorkerConnection(FrameConnection frames, WorkerHello hello)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hello.Slots, MaxPlaces);
        _frames = frames;
        Hello = hello;
        _table = new PendingInvocation?[hello.Slots];
        _free = new Stack<int>(Enumerable.Range(0, hello.Slots).Reverse());
    }

    public WorkerHello Hello { get; }

    /// <summary>The worker's latest figures.</summary>
    public PongMessage Figures { get; private set; }

    /// <summary>When the worker was last heard, <see cref="InvocationTimings.Now"/> units.</summary>
    public long LastHeard { get; private set; } = InvocationTimings.Now();

    /// <summary>A fresh invocation id, its place still 0.</summary>
    public static ulong NextNumber() => (ulong)Interlocked.Increment(ref s_lastNumber) << PlaceBits;

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
        _watch = new DeadlineWatch(() =>
        {
            if (!HasOverdue(InvocationTimings.Now(), grace))
            {
                return EarliestDue();
            }

            late();
            return long.MaxValue;
        });
    }

    /// <summary>Tells the worker about a function, once.</summary>
    public void Prepare(PrepareMessage message)
    {
        using var stage = _frames.Stage();
        if (message.Handle >= _prepared.Length)
        {
            _prepared.Length = Math.Max((int)message.Handle + 1, _prepared.Length * 2);
        }

        if (!_prepared[(int)message.Handle])
        {
            _prepared[(int)message.Handle] = true;
            message.Write(stage.Buffer);
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

            _prepared[(int)handle] = false;
            SessionMessages.WriteRelease(stage.Buffer, handle);
        }

        Flush();
    }

    /// <summary>Sends an invocation. From <see cref="SendStatus.Sent"/> on its end is certain: by a result or by the session's loss.</summary>
    public SendStatus TrySend(PendingInvocation pending)
    {
        var request = pending.Request;
        var input = request.Input.Span;
        var first = input[..Math.Min(input.Length, InvokeMessage.MaxInlineInputBytes)];
        bool othersUnderWay;
        using (var stage = _frames.Stage())
        {
            if (_lost || _frames.IsClosed)
            {
                return SendStatus.Lost;
            }

            var handle = request.Function.Handle;
            if (handle >= _prepared.Length || !_prepared[(int)handle])
            {
                return SendStatus.Unprepared;
            }

            othersUnderWay = _free.Count < _table.Length;
            var place = _free.Pop();
            var id = NextNumber() | (uint)place;
            pending.Sent(id, stage.Batch);
            Volatile.Write(ref _table[place], pending);
            InvokeMessage.Write(
                stage.Buffer,
                id,
                first.Length == input.Length ? FrameFlags.EndOfInput : FrameFlags.None,
                new InvokeMessage(handle, 0, request.ArgumentCount, request.EnvironmentCount, default, default),
                request.Strings.Span,
                first);
        }

        _watch?.Arm(Due(pending, _grace));
        if (first.Length < input.Length)
        {
            pending.BeginRest(first.Length);
        }
        else
        {
            SendSoon(othersUnderWay);
        }

        return SendStatus.Sent;
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

    /// <summary>The burst in which this connection was deferred is over.</summary>
    /// <remarks>In this order: who stages after the reset defers anew, what was staged before is flushed here.</remarks>
    public void EndDeferral()
    {
        Interlocked.Exchange(ref _deferred, 0);
        Flush();
    }

    /// <summary>Sends one more piece of input.</summary>
    public void SendInput(PendingInvocation pending, ReadOnlySpan<byte> bytes, FrameFlags flags)
    {
        using var stage = _frames.Stage();
        StreamChunk.Write(stage.Buffer, FrameType.Input, flags, pending.Id, bytes);
    }

    public void SendCancel(PendingInvocation pending)
    {
        using (var stage = _frames.Stage())
        {
            SessionMessages.WriteCancel(stage.Buffer, pending.Id);
        }

        Flush();
    }

    public void SendWindow(PendingInvocation pending, uint bytes)
    {
        using (var stage = _frames.Stage())
        {
            new WindowMessage(bytes).Write(stage.Buffer, pending.Id);
        }

        Flush();
    }

    public void SendPing(ulong nonce)
    {
        using (var stage = _frames.Stage())
        {
            SessionMessages.WritePing(stage.Buffer, nonce);
        }

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

    /// <summary>Reads until the session is over; then every invocation under way ends with <see cref="InvocationStatus.WorkerCrashed"/>.</summary>
    /// <exception cref="ProtocolViolationException">The worker broke the protocol.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _frames.ReadLoopAsync(Handle, SignalBatch, cancellationToken);
        }
        finally
        {
            Lose();
        }
    }

    /// <summary>
    /// The last rung of a deadline: notes the invocations that the worker should have ended long ago. They answer
    /// <see cref="InvocationStatus.Timeout"/> when the session is lost, which the caller now sees to by killing the process.
    /// </summary>
    /// <param name="now">The present instant.</param>
    /// <param name="grace">How much later than its deadline a worker may be.</param>
    /// <returns>True when there is such an invocation.</returns>
    public bool HasOverdue(long now, TimeSpan grace)
    {
        using var stage = _frames.Stage();
        foreach (var pending in _table)
        {
            if (pending is not null && now > Due(pending, grace))
            {
                _expired.Add(pending.Id);
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

    private static long Due(PendingInvocation pending, TimeSpan grace) =>
        pending.Timings.Leased + ((pending.Request.Function.Limits.Timeout + grace).Ticks * 100);

    private long EarliestDue()
    {
        var earliest = long.MaxValue;
        using var stage = _frames.Stage();
        foreach (var pending in _table)
        {
            if (pending is not null)
            {
                earliest = Math.Min(earliest, Due(pending, _grace));
            }
        }

        return earliest;
    }

    private void Handle(in Frame frame)
    {
        LastHeard = InvocationTimings.Now();
        switch (frame.Header.Type)
        {
            case FrameType.Output:
                if (Find(frame) is { } writing && writing.AddOutput(frame.Payload))
                {
                    _toSignal.Add((writing, writing.Id));
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

    private PendingInvocation? Find(in Frame frame)
    {
        var id = frame.Header.InvocationId;
        var place = (int)(id & (MaxPlaces - 1));
        return place < _table.Length && Volatile.Read(ref _table[place]) is { } pending && pending.Id == id ? pending : null;
    }

    private void Complete(in Frame frame)
    {
        var message = CompletedMessage.Read(frame.Payload);
        if (Find(frame) is not { } pending)
        {
            throw new ProtocolViolationException(
                ProtocolError.UnexpectedFrame, $"an end of invocation {frame.Header.InvocationId:x16}, which is not under way");
        }

        var place = (int)(frame.Header.InvocationId & (MaxPlaces - 1));
        using (_frames.Stage())
        {
            _table[place] = null;
            _free.Push(place);
        }

        pending.Complete(message);
        _toSignal.Add((pending, frame.Header.InvocationId));
    }

    // Callers go on after the whole batch was read, so that one who takes output as it comes finds the end as well when
    // that came along. One that has ended may be another invocation by now; its id tells.
    private void SignalBatch()
    {
        foreach (var (pending, id) in _toSignal)
        {
            if (pending.Id == id)
            {
                pending.Signal();
            }
        }

        _toSignal.Clear();
    }

    private void Lose()
    {
        List<PendingInvocation> orphans = [];
        long batch;
        using (var stage = _frames.Stage())
        {
            _lost = true;
            batch = stage.Batch;
            for (var i = 0; i < _table.Length; i++)
            {
                if (_table[i] is { } pending)
                {
                    orphans.Add(pending);
                    _table[i] = null;
                }
            }
        }

        foreach (var pending in orphans)
        {
            if (_expired.Contains(pending.Id))
            {
                var timeout = pending.Request.Function.Limits.Timeout;
                pending.Fail(
                    InvocationStatus.Timeout,
                    $"the timeout of {timeout.TotalMilliseconds:0} ms passed; timeout= at deploy raises it (its worker could not interrupt it and was replaced)");
            }
            else
            {
                pending.Lose(wasSent: pending.Batch < batch);
            }
        }
    }
}
