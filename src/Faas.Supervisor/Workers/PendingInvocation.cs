using System.Buffers;
using System.Text;
using System.Threading.Tasks.Sources;
using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Supervisor.Scheduling;

namespace Faas.Supervisor.Workers;

/// <summary>
/// One invocation under way, from lease to result. It ends exactly once: by its result, by the loss of the session, or
/// by the supervisor's own deadline, whoever is first. The reading loop of its connection fills it; one caller waits.
/// Pooled: the steady state allocates nothing.
/// </summary>
internal sealed class PendingInvocation : IValueTaskSource
{
    private const int Running = 0;
    private const int Ending = 1;
    private const int Ended = 2;

    /// <summary>What is kept of standard error for an answer. The log has more.</summary>
    public const int ErrorTailBytes = 4 * 1024;

    // Once more, as design and documentation promise: what kills two workers is the function.
    private const int MaxAttempts = 2;

    private readonly Lock _gate = new();
    private readonly OutputBuffer _output = new();
    private readonly OutputBuffer _error = new();
    private ManualResetValueTaskSourceCore<bool> _signal;
    private bool _waiting;
    private int _stage;
    private int _attempts;
    private int _granted;
    private int _seen;
    private int _inputSent;
    private long _inputWindow;

    public InvocationTimings Timings;

    /// <summary>Set when it is sent; 0 before.</summary>
    public ulong Id { get; private set; }

    public InvocationRequest Request { get; private set; }

    public WorkerConnection? Connection { get; private set; }

    public Lease Lease { get; private set; }

    /// <summary>True while <see cref="Lease"/> is to be given back.</summary>
    public bool HasLease { get; private set; }

    /// <summary>Which batch of its connection carries it.</summary>
    public long Batch { get; private set; }

    /// <summary>After a crash: true when it never reached the worker, or may run twice.</summary>
    public bool MayRetry { get; private set; }

    /// <summary>What became of sending it; an end in <see cref="Status"/> counts more.</summary>
    public DispatchStatus Dispatch { get; set; }

    public InvocationStatus Status { get; private set; }

    public int ExitCode { get; private set; }

    public string? Message { get; private set; }

    public StartKind Start { get; private set; }

    public long PeakMemoryBytes { get; private set; }

    /// <summary>True when its end stands in the function's log already.</summary>
    public bool IsLogged { get; private set; }

    public bool HasEnded => Volatile.Read(ref _stage) == Ended;

    /// <summary>Output not taken yet. After the end, or inside <see cref="TakeOutput"/>.</summary>
    public OutputBuffer Output => _output;

    /// <summary>Last bytes of standard error.</summary>
    public OutputBuffer Error => _error;

    public void Begin(in InvocationRequest request, long arrived)
    {
        Request = request;
        _attempts = 1;
        Timings = new InvocationTimings { Arrived = arrived };
        Dispatch = DispatchStatus.Cancelled;
        Status = InvocationStatus.Ok;
        MayRetry = false;
        IsLogged = false;
        ExitCode = 0;
        Message = null;
        Start = StartKind.Warm;
        PeakMemoryBytes = 0;
        _stage = Running;
        _granted = 0;
        _seen = 0;
        _waiting = false;
        _signal.Reset();
    }

    public void Leased(in Lease lease, WorkerConnection connection)
    {
        Lease = lease;
        HasLease = true;
        Connection = connection;
    }

    /// <summary>Takes <see cref="Leased"/> back: nothing has been sent.</summary>
    public void Unleased()
    {
        HasLease = false;
        Lease = default;
        Connection = null;
    }

    /// <summary>Called under the connection's staging lock, before the frame can leave.</summary>
    public void Sent(ulong id, long batch)
    {
        Id = id;
        Batch = batch;
    }

    /// <summary>Makes ready for another attempt, after the lease of the last one was given back.</summary>
    public void BeginAgain()
    {
        var attempts = _attempts;
        Id = 0;
        _output.Clear();
        _error.Clear();
        Begin(Request, Timings.Arrived);
        _attempts = attempts + 1;
    }

    /// <summary>There was no slot for the other attempt: it ends as the one before did, which has been logged.</summary>
    public void EndAsBefore(ulong id, string? message)
    {
        Id = id;
        IsLogged = true;
        Fail(InvocationStatus.WorkerCrashed, message);
    }

    /// <summary>The lease was given back.</summary>
    public void Released() => HasLease = false;

    /// <summary>The worker's process ended first.</summary>
    public void Lose(bool wasSent)
    {
        MayRetry = _attempts < MaxAttempts && (!wasSent || Request.Function.Idempotent);
        Fail(InvocationStatus.WorkerCrashed, "the worker process ended while it ran this invocation");
    }

    /// <summary>Forgets everything; nobody may hold it any more.</summary>
    public void Clear()
    {
        Id = 0;
        Request = default;
        Connection = null;
        Lease = default;
        _output.Clear();
        _error.Clear();
    }

    /// <summary>Completes when there is output to take or the invocation has ended; with whole delivery at the end only. One caller.</summary>
    public ValueTask WaitAsync()
    {
        lock (_gate)
        {
            if (HasEnded || (Request.Delivery == OutputDelivery.Streamed && _output.Length > _seen))
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
        }

        Grant(count);
    }

    /// <summary>Reading loop.</summary>
    /// <returns>True when the caller of <see cref="WaitAsync"/> is to be told by <see cref="Signal"/>.</returns>
    public bool AddOutput(ReadOnlySequence<byte> bytes)
    {
        lock (_gate)
        {
            _output.Append(bytes);
        }

        if (Request.Delivery == OutputDelivery.Streamed)
        {
            return true;
        }

        Grant((int)bytes.Length);
        return false;
    }

    /// <summary>The worker took input: more may be sent. Reading loop.</summary>
    public void AddInputWindow(uint bytes) => SendRest(bytes);

    /// <summary>Starts sending what did not fit into the Invoke frame.</summary>
    /// <param name="sent">Bytes that did.</param>
    public void BeginRest(int sent)
    {
        _inputSent = sent;
        _inputWindow = -sent;
        SendRest(StreamChunk.DefaultWindowBytes);
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
                Connection!.SendInput(this, input.Slice(_inputSent, count), last ? FrameFlags.EndOfInput : FrameFlags.None);
                _inputSent += count;
                _inputWindow -= count;
            }
        }

        Connection!.Flush();
    }

    /// <summary>Reading loop.</summary>
    public void AddError(ReadOnlySequence<byte> bytes)
    {
        lock (_gate)
        {
            _error.AppendTail(bytes, ErrorTailBytes);
        }
    }

    /// <summary>The worker's last word; <see cref="Signal"/> tells the caller. Reading loop.</summary>
    public void Complete(in CompletedMessage message)
    {
        if (!TryEnd())
        {
            return;
        }

        Status = message.Status;
        ExitCode = message.ExitCode;
        Start = message.Start;
        PeakMemoryBytes = (long)message.PeakMemoryBytes;
        Message = message.Message.IsEmpty ? null : Encoding.UTF8.GetString(message.Message);
        Timings.Started = (long)message.StartedAt;
        Timings.LoadNanoseconds = (long)message.LoadNanoseconds;
        Timings.RunNanoseconds = (long)message.RunNanoseconds;
        Finish();
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

    /// <summary>An end that no worker told. Any thread.</summary>
    public void Fail(InvocationStatus status, string? message)
    {
        if (TryEnd())
        {
            Status = status;
            Message = message;
            Finish();
            Signal();
        }
    }

    /// <summary>The caller went away: the worker is asked to end it; the slot stays taken until it has.</summary>
    public void Cancel()
    {
        if (!HasEnded)
        {
            Connection?.SendCancel(this);
        }
    }

    void IValueTaskSource.GetResult(short token) => _signal.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _signal.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _signal.OnCompleted(continuation, state, token, flags);

    private bool TryEnd() => Interlocked.CompareExchange(ref _stage, Ending, Running) == Running;

    private void Finish()
    {
        Timings.Ended = InvocationTimings.Now();
        Volatile.Write(ref _stage, Ended);
    }

    // Half a window is granted at a time: the worker never runs dry and the frames are few.
    private void Grant(int count)
    {
        var granted = Interlocked.Add(ref _granted, count);
        if (granted >= StreamChunk.DefaultWindowBytes / 2 && !HasEnded)
        {
            Interlocked.Add(ref _granted, -granted);
            Connection!.SendWindow(this, (uint)granted);
        }
    }
}
