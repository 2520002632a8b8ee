using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Runtimes;

namespace Faas.WorkerHost.Execution;

/// <summary>
/// One invocation inside the worker. Its slot's thread runs it; the reading thread feeds it input, windows and the
/// cancellation; the monitor ends it at its deadline. Pooled: the steady state allocates nothing.
/// </summary>
internal sealed class Invocation(IInvocationOutput output) : InvocationContext
{
    private static readonly byte[] s_invocationPrefix = "FAAS_INVOCATION="u8.ToArray();

    // Also what a slot waits on until the reading thread or the monitor has news.
    private readonly object _gate = new();
    private readonly InputStream _input = new();
    private readonly StringTable _strings = new();
    private readonly byte[] _idVariable = [.. s_invocationPrefix, .. new byte[16]];

    private InvocationId _id;
    private InvocationLimits _limits;
    private long _deadline;
    private int _argumentCount;
    private int _inputTaken;
    private bool _moreInput;
    private int _windowBytes;
    private int _outputWindow;
    private long _outputLeft;
    private long _errorLeft;
    private volatile bool _cancelled;
    private volatile bool _expired;
    private Action<object?>? _interrupt;
    private object? _interruptState;

    public FunctionEntry Function { get; private set; } = null!;

    /// <summary>The slot that runs it. Set and used on the slot's thread.</summary>
    public Slot? Slot { get; set; }

    public override InvocationId Id => _id;

    public override InvocationLimits Limits => _limits;

    public override long Deadline => _deadline;

    public override bool IsCancelled => _cancelled;

    public override bool OutputLimitReached => _outputLeft < 0;

    public override int ArgumentCount => _argumentCount;

    public override int EnvironmentCount => Function.Environment.Length + 1 + _strings.Count - _argumentCount;

    /// <summary>True when it may run on the reading thread: quick so far, and its whole input came with the Invoke frame.</summary>
    public bool RunsInline { get; private set; }

    public override int AvailableInput
    {
        get
        {
            lock (_gate)
            {
                return _input is { AvailableBytes: 0, Ended: true } ? -1 : _input.AvailableBytes;
            }
        }
    }

    /// <summary>Takes over what an Invoke frame says. Reading thread.</summary>
    public void Begin(ulong id, FunctionEntry function, in InvokeMessage message, FrameFlags flags, int windowBytes)
    {
        lock (_gate)
        {
            _id = new InvocationId(id);
            _cancelled = false;
            _expired = false;
            _deadline = long.MaxValue;
            _outputWindow = windowBytes;
        }

        Function = function;
        _limits = function.Prepare.Limits;
        if (message.TimeoutMilliseconds != 0)
        {
            _limits = _limits with { Timeout = TimeSpan.FromMilliseconds(message.TimeoutMilliseconds) };
        }

        _argumentCount = message.ArgumentCount;
        _strings.Load(message.Strings, message.ArgumentCount + message.EnvironmentCount);
        _input.Begin(message.Input);
        _input.Ended = flags.HasFlag(FrameFlags.EndOfInput);
        RunsInline = _input.Ended && function.IsQuick;
        _inputTaken = 0;
        _windowBytes = windowBytes;
        _outputLeft = _limits.OutputBytes;
        _errorLeft = _limits.OutputBytes;
        _ = id.TryFormat(_idVariable.AsSpan(s_invocationPrefix.Length), out _, "x16", CultureInfo.InvariantCulture);
    }

    /// <summary>The guest starts now: its time runs. Slot thread.</summary>
    public void Start(long now) =>
        Volatile.Write(ref _deadline, now + (long)(_limits.Timeout.TotalSeconds * Stopwatch.Frequency));

    /// <summary>Gives back what the invocation held. Slot thread, after its last frame is staged.</summary>
    public void End()
    {
        lock (_gate)
        {
            _id = default;
            _deadline = long.MaxValue;
            _input.Clear();
            _interrupt = null;
            _interruptState = null;
        }
    }

    /// <summary>
    /// More input. Reading thread. As with every frame, one that arrives after its invocation ended is no error:
    /// <paramref name="id"/> tells whether this pooled object still is the one that was meant.
    /// </summary>
    /// <exception cref="ProtocolViolationException">After the end, or more than the window.</exception>
    public void AddInput(ulong id, ReadOnlySequence<byte> bytes, FrameFlags flags)
    {
        lock (_gate)
        {
            if (_id.Value != id)
            {
                return;
            }

            if (_input.Ended || _input.AvailableBytes + bytes.Length > _windowBytes)
            {
                throw new ProtocolViolationException(
                    _input.Ended ? ProtocolError.UnexpectedFrame : ProtocolError.WindowExceeded, $"input of {_id}");
            }

            _input.Append(bytes);
            _input.Ended = flags.HasFlag(FrameFlags.EndOfInput);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The supervisor took output. Reading thread.</summary>
    public void AddWindow(ulong id, uint bytes)
    {
        lock (_gate)
        {
            if (_id.Value != id)
            {
                return;
            }

            _outputWindow = (int)Math.Min((long)_outputWindow + bytes, int.MaxValue);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The caller went away. Reading thread.</summary>
    public void Cancel(ulong id)
    {
        Action<object?>? interrupt;
        object? state;
        lock (_gate)
        {
            if (_id.Value != id)
            {
                return;
            }

            _cancelled = true;
            (interrupt, state) = TakeInterrupt();
        }

        interrupt?.Invoke(state);
    }

    /// <summary>Ends the guest when its time has passed. Monitor thread.</summary>
    public void CheckDeadline(long now)
    {
        if (_expired || now < Volatile.Read(ref _deadline))
        {
            return;
        }

        Action<object?>? interrupt;
        object? state;
        lock (_gate)
        {
            // Asked again: it may have ended meanwhile, and this object may be the next invocation already.
            if (_expired || now < _deadline)
            {
                return;
            }

            _expired = true;
            (interrupt, state) = TakeInterrupt();
        }

        interrupt?.Invoke(state);
    }

    public override void OnInterrupt(Action<object?> interrupt, object? state)
    {
        lock (_gate)
        {
            if (!MustEnd)
            {
                _interrupt = interrupt;
                _interruptState = state;
                return;
            }
        }

        interrupt(state);
    }

    public override ReadOnlySpan<byte> GetArgument(int index) => _strings[index];

    public override ReadOnlySpan<byte> GetEnvironment(int index)
    {
        var own = Function.Environment;
        if (index < own.Length)
        {
            return own[index];
        }

        return index == own.Length ? _idVariable : _strings[_argumentCount + index - own.Length - 1];
    }

    public override int ReadInput(Span<byte> destination)
    {
        if (destination.IsEmpty)
        {
            return 0;
        }

        if (!TryReadInput(destination, out var count))
        {
            output.BeforeBlocking(this);
            lock (_gate)
            {
                while (!TryReadInput(destination, out count))
                {
                    Monitor.Wait(_gate);
                }
            }
        }

        GrantInput(count);
        return count;
    }

    public override bool WriteOutput(ReadOnlySpan<byte> source)
    {
        var refused = source.Length > _outputLeft;
        if (refused)
        {
            // What still fits is sent, so that people see where it stopped.
            source = source[..(int)Math.Max(_outputLeft, 0)];
        }

        while (!source.IsEmpty)
        {
            var count = TakeWindow(source.Length);
            if (count == 0)
            {
                return false;
            }

            output.Send(this, FrameType.Output, source[..count]);
            source = source[count..];
            _outputLeft -= count;
        }

        if (refused)
        {
            _outputLeft = -1;
            return false;
        }

        return !MustEnd;
    }

    public override bool WriteError(ReadOnlySpan<byte> source)
    {
        source = source[..(int)Math.Min(source.Length, _errorLeft)];
        _errorLeft -= source.Length;
        while (!source.IsEmpty)
        {
            var count = Math.Min(source.Length, StreamChunk.MaxBytes);
            output.Send(this, FrameType.ErrorOutput, source[..count]);
            source = source[count..];
        }

        return !MustEnd;
    }

    private bool MustEnd => _cancelled || _expired;

    // Under _gate, in the same hold as the decision: in another the pooled object could be the next invocation's, and
    // its guest would be ended instead.
    private (Action<object?>? Interrupt, object? State) TakeInterrupt()
    {
        var taken = (_interrupt, _interruptState);
        _interrupt = null;
        Monitor.PulseAll(_gate);
        return taken;
    }

    // False: nothing there yet.
    private bool TryReadInput(Span<byte> destination, out int count)
    {
        lock (_gate)
        {
            count = _input.Read(destination);
            _moreInput = !_input.Ended;
            return count > 0 || _input.Ended || MustEnd;
        }
    }

    // Bytes that may be sent now, at most one chunk; blocks while the window is used up; 0 when the guest must end.
    private int TakeWindow(int wanted)
    {
        var count = TryTakeWindow(wanted);
        if (count == 0 && !MustEnd)
        {
            output.BeforeBlocking(this);
            lock (_gate)
            {
                while ((count = TryTakeWindow(wanted)) == 0 && !MustEnd)
                {
                    Monitor.Wait(_gate);
                }
            }
        }

        return count;
    }

    private int TryTakeWindow(int wanted)
    {
        lock (_gate)
        {
            var count = Math.Min(Math.Min(wanted, StreamChunk.MaxBytes), _outputWindow);
            _outputWindow -= count;
            return count;
        }
    }

    // The sender may have half a window under way while this side grants the other half: it never runs dry.
    // Outside _gate: sending may block, and the reading thread needs the lock.
    private void GrantInput(int count)
    {
        _inputTaken += count;
        if (_moreInput && _inputTaken >= Math.Max(1, _windowBytes / 2))
        {
            output.GrantInput(this, (uint)_inputTaken);
            _inputTaken = 0;
        }
    }
}
