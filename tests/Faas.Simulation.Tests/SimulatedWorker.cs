using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Protocol.Transport;
using Faas.Supervisor.Invocations;
using Faas.Supervisor.Workers;

namespace Faas.Simulation.Tests;

/// <summary>A scripted worker process: speaks the real protocol over real frames, runs functions by their script, and goes wrong where the seed says.</summary>
internal sealed class SimulatedWorker : IWorkerProcess
{
    private readonly Schedule _schedule;
    private readonly SimulatedWorld _world;
    private readonly TaskCompletionSource<int> _ended = new();
    private readonly Dictionary<ulong, SimulatedBody> _running = [];
    private readonly HashSet<ulong> _known = [];
    private readonly HashSet<uint> _prepared = [];
    private readonly List<(Action<object?> Action, object? State)> _unheard = [];
    private readonly TimeSpan _latency;
    private readonly bool _interrupts;
    private readonly bool _minds; // windows
    private readonly bool _lingers; // after its connection is closed
    private WorkerFault _fault;
    private int _faultAtFrame;
    private FrameConnection? _frames;
    private bool _isMute;
    private bool _isDeaf;
    private bool _isDead;
    private bool _isStuck;
    private bool _hasBroken; // the protocol
    private bool _isDraining;
    private int _framesRead;

    public SimulatedWorker(Schedule schedule, int index, int id, WorkerFault fault)
    {
        _schedule = schedule;
        _world = schedule.World;
        Index = index;
        Id = id;
        Backend = schedule.Options.BackendOf(index);
        _interrupts = Backend == SchedulePlan.Interrupting;
        _fault = fault;
        var random = _world.Random;
        _latency = random.Next(3) == 0 ? TimeSpan.FromMicroseconds(random.Next(1, 5000)) : TimeSpan.Zero;
        _minds = random.Next(10) != 0;
        _lingers = random.Next(4) == 0;
    }

    public int Index { get; }

    public int Id { get; }

    public string Backend { get; }

    public Task<int> Ended => _ended.Task;

    public string LastWords => "";

    /// <summary>Runs begun.</summary>
    public int Begun { get; private set; }

    /// <summary>True from the moment its script went wrong.</summary>
    public bool HasStruck { get; private set; }

    public bool IsDead => _isDead;

    /// <summary>True when it ends a function that is cancelled or over its deadline.</summary>
    public bool Interrupts => _interrupts;

    /// <summary>True when it hears and answers.</summary>
    public bool IsWell => !_isDead && !_isMute && !_isDeaf && !_isStuck && !_hasBroken;

    /// <summary>The process is there: what it does next is its own affair.</summary>
    /// <param name="token">What it was started with.</param>
    public void Begin(string token)
    {
        var random = _world.Random;
        switch (_fault)
        {
            case WorkerFault.ExitsAtOnce:
                _world.After(Actor.Outside, _latency, "a process exits", () => Die(1));
                break;
            case WorkerFault.SaysNothing:
                HasStruck = true;
                break;
            case WorkerFault.WrongToken:
                HasStruck = true;
                _world.After(Actor.Outside, _latency, "a process connects with a wrong token", () => Connect(new byte[32]));
                break;
            default:
                var delay = _fault == WorkerFault.StartsLate ? TimeSpan.FromMilliseconds(random.Next(100, 1500)) : TimeSpan.FromMilliseconds(random.Next(1, 20));
                _world.After(Actor.Outside, delay, "a process connects", () => Connect(Convert.FromHexString(token)));
                break;
        }

        if (_fault >= WorkerFault.Killed)
        {
            if (random.Next(2) == 0)
            {
                _faultAtFrame = random.Next(2, 12);
            }
            else
            {
                _world.After(Actor.Outside, TimeSpan.FromMilliseconds(random.Next(100, 2500)), "a worker goes wrong", Strike);
            }
        }
    }

    public void Kill()
    {
        _world.CheckThread();
        _world.Note(Actor.Supervisor, "kills worker", Index);
        if (!_isDead && !HasStruck && !_running.Values.Any(MayBeLate))
        {
            _world.Fail($"worker {Index} was killed, and nothing was wrong with it");
        }

        KillTree();
        _world.Preempt();
    }

    public void KillTree()
    {
        if (_isDead)
        {
            return;
        }

        if (_isStuck)
        {
            // The supervisor's patience with one that SIGKILL does not end is over long before.
            _world.After(Actor.Outside, TimeSpan.FromSeconds(90), "a stuck process ends at last", () => Die(137));
        }
        else
        {
            _world.After(Actor.Outside, _latency, "a killed process ends", () => Die(137));
        }
    }

    public void Dispose()
    {
    }

    /// <summary>Nothing goes wrong any more that has not yet.</summary>
    public void Disarm() => _fault = WorkerFault.None;

    // Nobody interrupts it: it does not end, or waits for somebody to take its output.
    private bool MayBeLate(SimulatedBody body) =>
        !_interrupts && (body.Call.Function.Kind == FunctionKind.Endless || (body.Call.Delivery == OutputDelivery.Streamed && body.Call.Output.Length > StreamChunk.DefaultWindowBytes));

    private void Connect(byte[] token)
    {
        if (_isDead)
        {
            return;
        }

        var threshold = _schedule.Plan.PipeBytes;
        var (supervisor, worker) = InMemoryTransport.CreatePair(
            new PipeOptions(null, new SimulatedPipes(_world, Actor.Supervisor, $"reads worker {Index}"), new SimulatedPipes(_world, Actor.Outside, $"worker {Index} may write on"), threshold, threshold / 2, useSynchronizationContext: false),
            new PipeOptions(null, new Ear(this), new SimulatedPipes(_world, Actor.Supervisor, $"may write on to worker {Index}"), threshold, threshold / 2, useSynchronizationContext: false));
        _frames = new FrameConnection(worker);
        _schedule.Listener.Offer(new PreemptedConnection(_world, supervisor));
        using (var stage = _frames.Stage())
        {
            new WorkerHello((uint)Index, (uint)Id, (ushort)_schedule.Plan.Slots, _interrupts ? BackendCapabilities.Deadline : BackendCapabilities.None, Backend, "", token).Write(stage.Buffer);
        }

        Flush();
        _frames.ReadLoopAsync(Handle, Flush, CancellationToken.None).ContinueWith(
            static (reading, state) => ((SimulatedWorker)state!).ReadingEnded(reading), this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void ReadingEnded(Task reading)
    {
        _world.CheckThread();
        if (reading.Exception?.InnerException is { } exception && exception is not ProtocolViolationException { Error: ProtocolError.TruncatedFrame })
        {
            _world.Fail($"worker {Index} cannot read what it was sent: {exception}");
        }

        if (!_isDead && !_lingers)
        {
            _world.After(Actor.Outside, TimeSpan.FromMilliseconds(_world.Random.Next(50)), "a worker without a connection ends", () => Die(0));
        }
    }

    private void Die(int exitCode)
    {
        if (!_isDead)
        {
            _isDead = true;
            HasStruck = true;
            _world.Note(Actor.Outside, $"worker {Index} is dead, pid", Id);
            _frames?.Dispose();
            _world.After(Actor.Supervisor, _latency, "the end of a process is noticed", () => _ended.TrySetResult(exitCode));
        }
    }

    private void Strike()
    {
        if (_isDead || _fault < WorkerFault.Killed || _frames is null)
        {
            return;
        }

        var fault = _fault == WorkerFault.EmptyWindow && _running.Count == 0 ? WorkerFault.UnknownFrame : _fault;
        _fault = WorkerFault.None;
        HasStruck = true;
        _hasBroken = fault is WorkerFault.UnknownFrame or WorkerFault.WrongDirection or WorkerFault.UnknownEnd or WorkerFault.RefusedEnd or WorkerFault.EmptyWindow;
        _world.Note(Actor.Outside, $"worker {Index}, pid {Id}: {fault}");
        switch (fault)
        {
            case WorkerFault.Killed:
                Die(137);
                return;
            case WorkerFault.KilledInsideAFrame:
                StageRaw(FrameType.Output, 100, 1);
                Flush();
                Die(137);
                return;
            case WorkerFault.Mute:
                _isMute = true;
                return;
            case WorkerFault.Deaf:
                _isDeaf = true;
                return;
            case WorkerFault.DeafForAWhile:
                _isDeaf = true;
                _world.After(Actor.Outside, TimeSpan.FromMilliseconds(_world.Random.Next(1, 3000)), "a worker hears again", HearAgain);
                return;
            case WorkerFault.Stuck:
                _isStuck = _isMute = _isDeaf = true;
                return;
            case WorkerFault.UnknownFrame:
                StageRaw((FrameType)99, 0, 0);
                break;
            case WorkerFault.WrongDirection:
                StageRaw(FrameType.Drain, 0, 0);
                break;
            case WorkerFault.UnknownEnd:
                Complete(0xABCDEF_001, InvocationStatus.Ok);
                break;
            case WorkerFault.RefusedEnd:
                Complete(_running.Keys.FirstOrDefault(0xABCDEF_001ul), InvocationStatus.Refused);
                break;
            case WorkerFault.EmptyWindow:
                using (var stage = _frames.Stage())
                {
                    new WindowMessage(0).Write(stage.Buffer, _running.Keys.First());
                }

                break;
        }

        Flush();
    }

    private void HearAgain()
    {
        _isDeaf = false;
        foreach (var (action, state) in _unheard)
        {
            _world.Enqueue(Actor.Outside, $"worker {Index} reads", action, state);
        }

        _unheard.Clear();
    }

    private void StageRaw(FrameType type, uint payload, ulong id)
    {
        using var stage = _frames!.Stage();
        Span<byte> header = stackalloc byte[FrameHeader.SizeBytes];
        new FrameHeader(payload, type, FrameFlags.None, id).Write(header);
        stage.Buffer.Write(header);
    }

    private void Flush()
    {
        var flush = _frames!.FlushAsync();
        if (!flush.IsCompletedSuccessfully)
        {
            _ = flush.AsTask();
        }
    }

    private void Handle(in Frame frame)
    {
        _world.CheckThread();
        if (_isDead)
        {
            return;
        }

        if (++_framesRead == _faultAtFrame)
        {
            Strike();
            if (_isDead)
            {
                return;
            }
        }

        var id = frame.Header.InvocationId;
        if (_world.Records)
        {
            _world.Note(Actor.Outside, $"worker {Index} gets {frame.Header.Type} {(id == 0 ? "" : id.ToString("x", CultureInfo.InvariantCulture))}");
        }

        switch (frame.Header.Type)
        {
            case FrameType.Prepare:
                if (!_prepared.Add(PrepareMessage.Read(frame.Payload).Handle))
                {
                    _world.Fail($"worker {Index} was told of a function that it knows");
                }

                break;
            case FrameType.Release:
                _prepared.Remove(SessionMessages.ReadRelease(frame.Payload));
                break;
            case FrameType.Invoke:
                Begin(frame);
                break;
            case FrameType.Input:
                if (_running.TryGetValue(id, out var reading))
                {
                    Receive(reading, frame.Payload, frame.Header.Flags);
                }

                break;
            case FrameType.Cancel:
                if (!_known.Contains(id))
                {
                    _world.Fail($"worker {Index} was to cancel {id:x}, which it never had");
                }
                else if (_running.TryGetValue(id, out var cancelled) && (_interrupts || cancelled.Call.Function.Kind != FunctionKind.Endless))
                {
                    _world.After(Actor.Outside, _latency, "a cancelled function ends", () => End(cancelled, InvocationStatus.Cancelled));
                }

                break;
            case FrameType.Window:
                if (_running.TryGetValue(id, out var writing))
                {
                    writing.Window += WindowMessage.Read(frame.Payload).Bytes;
                    Write(writing);
                }

                break;
            case FrameType.Ping:
                if (!_isMute)
                {
                    using var stage = _frames!.Stage();
                    new PongMessage(SessionMessages.ReadPing(frame.Payload), (ulong)_running.Count, 0, 0, 0, 0, 0).Write(stage.Buffer);
                }

                break;
            case FrameType.Drain:
                _isDraining = true;
                break;
        }
    }

    private void Begin(in Frame frame)
    {
        var message = InvokeMessage.Read(frame.Payload);
        var id = frame.Header.InvocationId;
        if (!_prepared.Contains(message.Handle))
        {
            _world.Fail($"worker {Index} was to run function {message.Handle}, which it was not told of");
            return;
        }

        if (_isDraining && _schedule.IsDrainedInTime)
        {
            _world.Fail($"worker {Index} was told that nothing more comes, and then {id:x} came");
        }

        if (_running.Count >= _schedule.Plan.Slots)
        {
            _world.Fail($"worker {Index} got one more than its {_schedule.Plan.Slots} slots");
        }

        if (!_known.Add(id))
        {
            _world.Fail($"worker {Index} got {id:x} twice");
        }

        var call = _schedule.CallOf(message.Input);
        if (call.Function.Version.Handle != message.Handle)
        {
            _world.Fail($"{call} came with the function {message.Handle}");
        }

        Begun++;
        var body = new SimulatedBody(id, call, this) { Window = StreamChunk.DefaultWindowBytes };
        _running.Add(id, body);
        call.Begins(body);
        if (_interrupts && (call.Function.Kind != FunctionKind.Quick || call.Input.Length > InvokeMessage.MaxInlineInputBytes || call.Output.Length > StreamChunk.DefaultWindowBytes))
        {
            _world.After(Actor.Outside, call.Function.Version.Limits.Timeout, "a function is interrupted at its deadline", () => End(body, InvocationStatus.Timeout));
        }

        Receive(body, message.Input, frame.Header.Flags);
    }

    private void Receive(SimulatedBody body, in ReadOnlySequence<byte> bytes, FrameFlags flags)
    {
        foreach (var segment in bytes)
        {
            body.ReceivedHash = SimulatedCall.HashOf(segment.Span, body.ReceivedHash);
        }

        body.Received += (int)bytes.Length;
        if (!flags.HasFlag(FrameFlags.EndOfInput))
        {
            if (!_isMute)
            {
                using var stage = _frames!.Stage();
                new WindowMessage((uint)bytes.Length).Write(stage.Buffer, body.Id);
            }

            return;
        }

        if (body.Received != body.Call.Input.Length || body.ReceivedHash != body.Call.InputHash)
        {
            _world.Fail($"{body.Call} got an input of {body.Received} bytes that is not its own of {body.Call.Input.Length}");
        }

        var function = body.Call.Function;
        switch (function.Kind)
        {
            case FunctionKind.Quick or FunctionKind.Fails when _latency == TimeSpan.Zero:
                WriteAll(body);
                break;
            case FunctionKind.Quick or FunctionKind.Fails:
                _world.After(Actor.Outside, _latency, "a function has run", () => WriteAll(body));
                break;
            case FunctionKind.Slow:
                _world.After(Actor.Outside, function.Duration, "a function has run", () => WriteAll(body));
                break;
            case FunctionKind.Stream:
                WritePiece(body);
                break;
            case FunctionKind.Endless:
                break;
        }
    }

    private void WriteAll(SimulatedBody body)
    {
        body.Written = body.Call.Output.Length;
        Write(body);
        FlushIfAlive();
    }

    private void WritePiece(SimulatedBody body)
    {
        var (function, total) = (body.Call.Function, body.Call.Output.Length);
        body.Written = Math.Min(total, body.Written + Math.Max(1, (total + function.Pieces - 1) / function.Pieces));
        if (body.Written < total)
        {
            _world.After(Actor.Outside, function.Duration / function.Pieces, "a function writes on", () => WritePiece(body));
        }

        Write(body);
        FlushIfAlive();
    }

    private void Write(SimulatedBody body)
    {
        if (_isDead || _isMute || body.IsOver)
        {
            return;
        }

        var output = body.Call.Output.Span;
        while (body.Sent < body.Written && (body.Window > 0 || !_minds))
        {
            var count = Math.Min(body.Written - body.Sent, StreamChunk.MaxBytes);
            if (_minds)
            {
                count = (int)Math.Min(count, body.Window);
            }

            using var stage = _frames!.Stage();
            StreamChunk.Write(stage.Buffer, FrameType.Output, FrameFlags.None, body.Id, output.Slice(body.Sent, count));
            if (body.Sent == 0)
            {
                StreamChunk.Write(stage.Buffer, FrameType.ErrorOutput, FrameFlags.None, body.Id, "note"u8);
            }

            body.Sent += count;
            body.Window -= count;
        }

        if (body.Sent == output.Length)
        {
            End(body, body.Call.Function.Kind == FunctionKind.Fails ? InvocationStatus.FunctionFailed : InvocationStatus.Ok);
        }
    }

    private void End(SimulatedBody body, InvocationStatus status)
    {
        if (_isDead || _isMute || body.IsOver)
        {
            return;
        }

        body.IsOver = true;
        _running.Remove(body.Id);
        Complete(body.Id, status);
        FlushIfAlive();
    }

    private void Complete(ulong id, InvocationStatus status)
    {
        using var stage = _frames!.Stage();
        new CompletedMessage(status, StartKind.Warm, status == InvocationStatus.FunctionFailed ? SimulatedFunction.ExitCode : 0, (ulong)_world.Now, 0, 1, 0, default)
            .Write(stage.Buffer, id, null);
    }

    private void FlushIfAlive()
    {
        if (!_isDead && !_isMute)
        {
            Flush();
        }
    }

    /// <summary>The reading side: deaf workers read nothing.</summary>
    private sealed class Ear(SimulatedWorker worker) : PipeScheduler
    {
        private readonly string _what = $"worker {worker.Index} reads";

        public override void Schedule(Action<object?> action, object? state)
        {
            if (worker._isDeaf)
            {
                worker._unheard.Add((action, state));
            }
            else if (worker._latency > TimeSpan.Zero)
            {
                worker._world.After(Actor.Outside, worker._latency, _what, () =>
                {
                    if (worker._isDeaf)
                    {
                        worker._unheard.Add((action, state));
                    }
                    else
                    {
                        action(state);
                    }
                });
            }
            else
            {
                worker._world.Enqueue(Actor.Outside, _what, action, state);
            }
        }
    }
}
