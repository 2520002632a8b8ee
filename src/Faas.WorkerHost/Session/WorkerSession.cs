using System.Collections.Concurrent;
using System.Diagnostics;
using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Protocol.Transport;
using Faas.Runtimes;
using Faas.WorkerHost.Execution;

namespace Faas.WorkerHost.Session;

/// <summary>One connection to the supervisor, from Hello to close: frames in, invocations run, frames out.</summary>
internal sealed class WorkerSession : IInvocationOutput
{
    // A guest that writes much is heard before it ends; below this the monitor's tick or the batch's end sends it.
    private const int FlushBytes = 64 * 1024;

    private readonly FrameConnection _connection;
    private readonly ModuleCache _modules;
    private readonly SlotCrew _crew;
    private readonly SlotMonitor _monitor;
    private readonly ConcurrentStack<Invocation> _idle = new();
    private readonly ConcurrentDictionary<ulong, Invocation> _running = new();
    private readonly int _windowBytes;
    private long _ended;
    private volatile bool _draining;

    public WorkerSession(FrameConnection connection, ModuleCache modules, int slots, uint windowBytes)
    {
        _connection = connection;
        _modules = modules;
        _windowBytes = (int)windowBytes;
        FrameHandler handle = Handle;
        _crew = new SlotCrew(slots, () => ReadBatch(handle), Run, connection.Flush);
        _monitor = new SlotMonitor(_crew, connection.Flush);
    }

    /// <summary>Why the session ended, null for a clean close.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Objects kept for coming invocations.</summary>
    internal int IdleInvocations => _idle.Count;

    /// <summary>Serves until the supervisor closes or breaks the protocol.</summary>
    public void Serve()
    {
        _crew.Start();
        _monitor.Start();
        _crew.WaitForEnd();
        _monitor.Stop();
    }

    void IInvocationOutput.Send(Invocation invocation, FrameType type, ReadOnlySpan<byte> bytes)
    {
        int staged;
        using (var stage = _connection.Stage())
        {
            StreamChunk.Write(stage.Buffer, type, FrameFlags.None, invocation.Id.Value, bytes);
            staged = stage.Buffer.Length;
        }

        if (staged >= FlushBytes)
        {
            _connection.Flush();
        }
    }

    void IInvocationOutput.GrantInput(Invocation invocation, uint bytes)
    {
        using (var stage = _connection.Stage())
        {
            new WindowMessage(bytes).Write(stage.Buffer, invocation.Id.Value);
        }

        _connection.Flush();
    }

    void IInvocationOutput.BeforeBlocking(Invocation invocation)
    {
        _connection.Flush();
        _crew.Demote(invocation.Slot!);
    }

    private bool ReadBatch(FrameHandler handle)
    {
        try
        {
            return _connection.ReadBatch(handle);
        }
        catch (ProtocolViolationException exception)
        {
            Failure = exception;
            return false;
        }
    }

    private void Handle(in Frame frame)
    {
        var id = frame.Header.InvocationId;
        switch (frame.Header.Type)
        {
            case FrameType.Invoke:
                Invoke(frame);
                break;
            case FrameType.Input when _running.TryGetValue(id, out var invocation):
                invocation.AddInput(id, frame.Payload, frame.Header.Flags);
                break;
            case FrameType.Window when _running.TryGetValue(id, out var invocation):
                invocation.AddWindow(id, WindowMessage.Read(frame.Payload).Bytes);
                break;
            case FrameType.Cancel when _running.TryGetValue(id, out var invocation):
                SessionMessages.ReadEmpty(frame.Payload);
                invocation.Cancel(id);
                break;
            case FrameType.Input or FrameType.Window or FrameType.Cancel:
                // It ended while this frame was on its way.
                break;
            case FrameType.Prepare:
                _modules.Add(PrepareMessage.Read(frame.Payload));
                break;
            case FrameType.Release:
                _modules.Release(SessionMessages.ReadRelease(frame.Payload));
                break;
            case FrameType.Ping:
                Pong(SessionMessages.ReadPing(frame.Payload));
                break;
            case FrameType.Drain:
                SessionMessages.ReadEmpty(frame.Payload);
                _draining = true;
                break;
            default:
                throw new ProtocolViolationException(ProtocolError.UnexpectedFrame, $"{frame.Header.Type} to a worker");
        }
    }

    private void Invoke(in Frame frame)
    {
        var id = frame.Header.InvocationId;
        var message = InvokeMessage.Read(frame.Payload);
        var function = _modules.Find(message.Handle);
        if (function is null || _draining)
        {
            var status = _draining ? InvocationStatus.ShuttingDown : InvocationStatus.InternalError;
            Complete(id, new CompletedMessage(status, StartKind.Warm, 0, 0, 0, 0, 0, default), null);
            return;
        }

        if (!_idle.TryPop(out var invocation))
        {
            invocation = new Invocation(this);
        }

        invocation.Begin(id, function, message, frame.Header.Flags, _windowBytes);
        if (!_running.TryAdd(id, invocation))
        {
            throw new ProtocolViolationException(ProtocolError.UnexpectedFrame, $"invocation {id:x16} runs already");
        }

        _crew.Enqueue(invocation);
    }

    // On a slot's thread.
    private void Run(Slot slot, Invocation invocation)
    {
        invocation.Slot = slot;
        slot.Begin(invocation);
        _monitor.Wake();
        var id = invocation.Id.Value;
        var taken = Stopwatch.GetTimestamp();
        var loaded = taken;
        InvocationResult result;
        StartKind start;
        try
        {
            var module = _modules.Enter(invocation.Function, out start);
            try
            {
                loaded = start == StartKind.Warm ? taken : Stopwatch.GetTimestamp();
                invocation.Start(loaded);
                result = invocation.IsCancelled
                    ? new InvocationResult(InvocationStatus.Cancelled)
                    : module.Invoke(invocation);
            }
            finally
            {
                _modules.Leave(invocation.Function);
            }
        }
        catch (ModuleLoadException exception)
        {
            start = StartKind.Cold;
            result = new InvocationResult(exception.Status, Message: exception.Message);
        }
        catch (Exception exception)
        {
            // A backend's defect must not take the neighbours down; the log has the whole of it.
            start = StartKind.Cold;
            Console.Error.WriteLine(exception);
            result = new InvocationResult(InvocationStatus.InternalError, Message: "the worker failed; its log has the cause");
        }

        var ended = Stopwatch.GetTimestamp();
        invocation.Function.Ran(ended - loaded);
        invocation.End();
        _running.TryRemove(id, out _);
        Complete(
            id,
            new CompletedMessage(
                result.Status,
                result.Start > start ? result.Start : start,
                result.ExitCode,
                (ulong)taken,
                (ulong)(loaded - taken),
                (ulong)(ended - loaded),
                (ulong)result.PeakMemoryBytes,
                default),
            result.Message);
        slot.End();
        _idle.Push(invocation);
    }

    private void Complete(ulong id, in CompletedMessage message, string? text)
    {
        Interlocked.Increment(ref _ended);
        using var stage = _connection.Stage();
        message.Write(stage.Buffer, id, text);
    }

    private void Pong(ulong nonce)
    {
        var (modules, bytes, loads) = _modules.Figures;
        using var stage = _connection.Stage();
        new PongMessage(
            nonce,
            (ulong)_running.Count,
            (ulong)Interlocked.Read(ref _ended),
            (ulong)modules,
            (ulong)bytes,
            (ulong)loads,
            (ulong)Environment.WorkingSet).Write(stage.Buffer);
    }
}
