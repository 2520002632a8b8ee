using System.Buffers;
using System.Text;
using System.Threading.Tasks.Sources;
using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Supervisor.Scheduling;

namespace Faas.Supervisor.Invocations;

/// <summary>
/// One call, from the door to its end. Pooled: the steady state allocates nothing.
/// <para>Two owners hold it: the <see cref="InvocationRunner"/> that was asked for it, for as long as it runs it, and the
/// <see cref="IInvocationTarget"/> it was sent to, from sending to the end. Each lets go once, and it goes back to the pool when both
/// have, so neither can meet it in another life. Who else refers to it (a cancellation, a window) does so by <see cref="Id"/>, which is
/// never used twice.</para>
/// <para>It ends exactly once, by whoever takes it out of the target's table: by its result, or by the loss of the target.
/// The target's thread fills it, one caller waits. <c>_gate</c> guards what both touch; inside it the target's staging lock may be
/// taken, never the other way round.</para>
/// </summary>
internal sealed class Invocation(InvocationPool pool) : IValueTaskSource
{
    /// <summary>What is kept of standard error for an answer. The log has more.</summary>
    public const int ErrorTailBytes = 4 * 1024;

    private readonly Lock _gate = new();
    private readonly OutputBuffer _output = new();
    private readonly OutputBuffer _error = new();
    private ManualResetValueTaskSourceCore<bool> _signal;
    private IInvocationTarget? _target;
    private Lease _lease; // under _gate, as the next four
    private bool _hasLease;
    private InvocationAttempt _before; // where there was one; the caller's
    private bool _waiting;
    private bool _cancelled;
    private int _seen;
    private int _owners;
    private int _granted;
    private int _inputSent;
    private long _inputWindow;
    private bool _hasEnded;

    /// <summary>Instants of the last attempt; <see cref="InvocationTimings.Arrived"/> of the first.</summary>
    public InvocationTimings Timings;

    /// <summary>The number of the last attempt; unique in the life of this server. 0 before the first one was sent.</summary>
    public ulong Id { get; private set; }

    public InvocationRequest Request { get; private set; }

    public OutputDelivery Delivery { get; private set; }

    /// <summary>Number of the worker that the last attempt was sent to; null when none was sent.</summary>
    public int? Worker => WasSent ? _target!.WorkerIndex : null;

    /// <summary>The engine of that worker.</summary>
    public string? Backend => WasSent ? _target!.Backend : null;

    /// <summary>True from the sending of an attempt on.</summary>
    public bool WasSent => Id != 0;

    /// <summary>Which batch of its connection carries it.</summary>
    public long Batch { get; private set; }

    /// <summary>After the loss of its worker: true when that never saw it.</summary>
    public bool NeverLeft { get; private set; }

    /// <summary>True once a sink has taken output: from then on it cannot be run a second time unnoticed.</summary>
    public bool HasPassedOutputOn { get; private set; }

    /// <summary>How it ended; means nothing before <see cref="HasEnded"/>.</summary>
    public InvocationEnd End { get; private set; }

    public int ExitCode { get; private set; }

    public string? Message { get; private set; }

    public StartKind Start { get; private set; }

    public long PeakMemoryBytes { get; private set; }

    /// <summary>True when its end stands in the function's log already.</summary>
    public bool IsLogged { get; private set; }

    public bool HasEnded => Volatile.Read(ref _hasEnded);

    /// <summary>True when the caller went away or could not be written to.</summary>
    public bool IsCancelled
    {
        get
        {
            lock (_gate)
            {
                return _cancelled;
            }
        }
    }

    /// <summary>Output not taken yet. Read it after the end, or inside <see cref="PeekOutput"/>.</summary>
    public OutputBuffer Output => _output;

    /// <summary>Last bytes of standard error; after the end.</summary>
    public OutputBuffer Error => _error;

    // ---- The runner's side: one caller at a time. ----

    /// <summary>Begins a life, with the caller as the only owner.</summary>
    public void Begin(in InvocationRequest request, OutputDelivery delivery, long arrived)
    {
        Request = request;
        Delivery = delivery;
        Timings = new InvocationTimings { Arrived = arrived };
        IsLogged = false;
        HasPassedOutputOn = false;
        _cancelled = false;
        _owners = 1;
        BeginAttempt();
    }

    /// <summary>
    /// Makes ready for another attempt. The target that the last one was sent to may still hold on to this object for a moment, after
    /// its last look at it.
    /// </summary>
    public void BeginAgain()
    {
        _before = new InvocationAttempt(Id, _target!, Timings, End, Message);
        lock (_gate)
        {
            Id = 0;
            _target = null;
        }

        _output.Clear();
        _error.Clear();
        Timings = new InvocationTimings { Arrived = Timings.Arrived };
        BeginAttempt();
    }

    /// <summary>It has a slot: from here somebody must give that back, by <see cref="GiveLeaseBack"/>.</summary>
    public void Leased(in Lease lease, long now)
    {
        Timings.Leased = now;
        lock (_gate)
        {
            _lease = lease;
            _hasLease = true;
        }
    }

    /// <summary>
    /// Gives the slot back, if it was not yet. The caller and the target both do after the end, so that a sink that waits for a slow
    /// reader holds no slot, and the first one counts.
    /// </summary>
    /// <param name="id">Of the attempt that the slot was taken for; another attempt's slot is left alone. 0 before it was sent.</param>
    public void GiveLeaseBack(ulong id)
    {
        Lease lease;
        lock (_gate)
        {
            if (Id != id || !_hasLease)
            {
                return;
            }

            _hasLease = false;
            lease = _lease;
        }

        pool.Scheduler.Release(lease);
    }

    private void BeginAttempt()
    {
        End = InvocationEnd.Ok;
        NeverLeft = false;
        ExitCode = 0;
        Message = null;
        Start = StartKind.Warm;
        PeakMemoryBytes = 0;
        _hasEnded = false;
        _granted = 0;
        _seen = 0;
        _waiting = false;
    }

    /// <summary>An end without a target: it was never sent, or not a second time.</summary>
    /// <param name="end">Which.</param>
    /// <param name="message">More about it.</param>
    /// <param name="now">The instant.</param>
    public void Refuse(InvocationEnd end, string? message, long now)
    {
        if (Timings.Leased == 0)
        {
            Timings.Leased = now;
        }

        Finish(end, message, now);
    }

    /// <summary>There was no slot for another attempt: it ends as the one before did, which has been logged.</summary>
    public void EndAsBefore()
    {
        Id = _before.Id;
        _target = _before.Target;
        Timings = _before.Timings;
        IsLogged = true;
        Finish(_before.End, _before.Message, _before.Timings.Ended);
    }

    /// <summary>Completes when there is output to take or the invocation has ended; with whole delivery at the end only. One caller.</summary>
    public ValueTask WaitAsync()
    {
        lock (_gate)
        {
            if (HasEnded || (Delivery == OutputDelivery.Streamed && _output.Length > _seen))
            {
                return ValueTask.CompletedTask;
            }

            _signal.Reset();
            _waiting = true;
            return new ValueTask(this, _signal.Version);
        }
    }

    /// <summary>Hands what has been received to <paramref name="destination"/> and lets the worker send as much again.</summary>
    /// <returns>Bytes handed over.</returns>
    public int TakeOutput(IBufferWriter<byte> destination)
    {
        int count;
        lock (_gate)
        {
            count = _output.Length;
            destination.Write(_output.Span);
            _output.Skip(count);
            _seen = 0;
            HasPassedOutputOn |= count > 0;
        }

        Grant(count);
        return count;
    }

    /// <summary>Looks at what has been received without taking it; <see cref="WaitAsync"/> then waits for more than that.</summary>
    public TResult PeekOutput<TResult>(Func<ReadOnlySpan<byte>, TResult> look)
    {
        lock (_gate)
        {
            _seen = _output.Length;
            return look(_output.Span);
        }
    }

    /// <summary>Takes bytes from the front without handing them on.</summary>
    public void SkipOutput(int count)
    {
        lock (_gate)
        {
            _output.Skip(count);
            _seen = 0;
            HasPassedOutputOn = true;
        }

        Grant(count);
    }

    /// <summary>Drops what has been received: nobody will take it, and the worker must not wait for somebody who does.</summary>
    public void DiscardOutput()
    {
        int count;
        lock (_gate)
        {
            count = _output.Length;
            _output.Skip(count);
            _seen = 0;
        }

        Grant(count);
    }

    /// <summary>
    /// The caller went away: the worker is asked to end it, now or as soon as it has it; the slot stays taken until it has. Any thread,
    /// while the runner runs it.
    /// </summary>
    public void Cancel()
    {
        ulong id;
        IInvocationTarget? target;
        lock (_gate)
        {
            _cancelled = true;
            (id, target) = (Id, _target);
        }

        if (id != 0)
        {
            target!.Cancel(id);
        }
    }

    /// <summary>Starts sending what did not fit into the Invoke frame, and repeats a cancellation that came before there was anything to cancel.</summary>
    public void AfterSend(int inputSent)
    {
        if (inputSent < Request.Input.Length)
        {
            _inputSent = inputSent;
            _inputWindow = -inputSent;
            SendRest(StreamChunk.DefaultWindowBytes);
        }

        if (IsCancelled)
        {
            Cancel();
        }
    }

    // ---- The target's side. ----

    /// <summary>Under the target's staging lock, when the frame is staged and before it can leave: the target is an owner from here.</summary>
    public void Sent(IInvocationTarget target, ulong id, long batch)
    {
        Interlocked.Increment(ref _owners);
        _target = target;
        Id = id;
        Batch = batch;
    }

    /// <summary>Reading loop.</summary>
    /// <returns>True when the caller of <see cref="WaitAsync"/> is to be told by <see cref="Signal"/>.</returns>
    /// <exception cref="ProtocolViolationException">More than the worker was allowed to send: it could fill this process' memory.</exception>
    public bool AddOutput(ReadOnlySequence<byte> bytes)
    {
        lock (_gate)
        {
            if (_output.Length + bytes.Length > MostOutputBytes)
            {
                throw new ProtocolViolationException(ProtocolError.WindowExceeded, $"{_output.Length + bytes.Length} bytes of output of invocation {Id:x16}");
            }

            _output.Append(bytes);
        }

        if (Delivery == OutputDelivery.Streamed)
        {
            return true;
        }

        Grant((int)bytes.Length);
        return false;
    }

    /// <summary>The worker took input: more may be sent. Reading loop.</summary>
    public void AddInputWindow(uint bytes) => SendRest(bytes);

    /// <summary>Reading loop.</summary>
    public void AddError(ReadOnlySequence<byte> bytes)
    {
        lock (_gate)
        {
            _error.AppendTail(bytes, ErrorTailBytes);
        }
    }

    /// <summary>The worker's last word; <see cref="Signal"/> tells the caller. Reading loop, which has taken it out of the table.</summary>
    public void Complete(in CompletedMessage message, long now)
    {
        ExitCode = message.ExitCode;
        Start = message.Start;
        PeakMemoryBytes = (long)message.PeakMemoryBytes;
        Timings.Started = (long)message.StartedAt;
        Timings.LoadNanoseconds = (long)message.LoadNanoseconds;
        Timings.RunNanoseconds = (long)message.RunNanoseconds;
        Finish((InvocationEnd)message.Status, message.Message.IsEmpty ? null : Encoding.UTF8.GetString(message.Message), now);
    }

    /// <summary>The target is gone; <see cref="Signal"/> tells the caller. Whoever has taken it out of the table.</summary>
    /// <param name="end"><see cref="InvocationEnd.WorkerCrashed"/>, or <see cref="InvocationEnd.Timeout"/> when the target had to go for this invocation's lateness.</param>
    /// <param name="neverLeft">True when its frame is still here, and stays here.</param>
    /// <param name="message">More about it.</param>
    /// <param name="now">The instant.</param>
    public void Lose(InvocationEnd end, bool neverLeft, string message, long now)
    {
        NeverLeft = neverLeft;
        Finish(end, message, now);
    }

    /// <summary>Wakes the caller of <see cref="WaitAsync"/>, who goes on inside this call.</summary>
    public void Signal()
    {
        lock (_gate)
        {
            if (!_waiting)
            {
                return;
            }

            _waiting = false;
        }

        _signal.SetResult(true);
    }

    /// <summary>The target has looked at it for the last time.</summary>
    /// <param name="id">Of the attempt that it was sent.</param>
    public void LetGoOf(ulong id)
    {
        GiveLeaseBack(id);
        LetGo();
    }

    /// <summary>One owner has looked at it for the last time. With the last one it is over: it forgets everything and goes back to the pool.</summary>
    public void LetGo()
    {
        if (Interlocked.Decrement(ref _owners) == 0)
        {
            Id = 0;
            Request = default;
            _before = default;
            _target = null;
            _lease = default;
            _output.Clear();
            _error.Clear();
            pool.Return(this);
        }
    }

    void IValueTaskSource.GetResult(short token) => _signal.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _signal.GetStatus(token);

    // No scheduling context: who signals decides where the caller goes on.
    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _signal.OnCompleted(continuation, state, token, flags & ~ValueTaskSourceOnCompletedFlags.UseSchedulingContext);

    // Streamed, what nobody has taken is at most the window, and half of one that was granted for what is taken. As a whole, it is the function's
    // limit, which the worker keeps, and a window more for what it may have found too late.
    private long MostOutputBytes => Delivery == OutputDelivery.Streamed
        ? StreamChunk.DefaultWindowBytes * 2L
        : Request.Function.Limits.OutputBytes + StreamChunk.DefaultWindowBytes;

    private void Finish(InvocationEnd end, string? message, long now)
    {
        End = end;
        Message = message;
        Timings.Ended = now;
        Volatile.Write(ref _hasEnded, true);
    }

    // The sender and the reading loop may meet here: chunks must follow each other.
    private void SendRest(uint window)
    {
        lock (_gate)
        {
            var input = Request.Input.Span;
            _inputWindow += window;
            while (_inputSent < input.Length && _inputWindow > 0)
            {
                var count = (int)Math.Min(Math.Min(input.Length - _inputSent, _inputWindow), StreamChunk.MaxBytes);
                var last = _inputSent + count == input.Length;
                _target!.SendInput(Id, input.Slice(_inputSent, count), last ? FrameFlags.EndOfInput : FrameFlags.None);
                _inputSent += count;
                _inputWindow -= count;
            }
        }

        _target!.Flush();
    }

    // Half a window is granted at a time: the worker never runs dry and the frames are few.
    private void Grant(int count)
    {
        var granted = Interlocked.Add(ref _granted, count);
        if (granted >= StreamChunk.DefaultWindowBytes / 2 && !HasEnded)
        {
            Interlocked.Add(ref _granted, -granted);
            _target!.Grant(Id, (uint)granted);
        }
    }
}
