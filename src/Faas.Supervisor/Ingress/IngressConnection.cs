using System.Buffers;
using System.Collections.Concurrent;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Protocol.Transport;

namespace Faas.Supervisor.Ingress;

/// <summary>One local client: reads its frames, hands them to its invocations. Many are under way at once.</summary>
internal sealed class IngressConnection(FrameConnection frames, IngressServices services)
{
    // A program that connects and does not introduce itself speaks something else.
    private static readonly TimeSpan s_helloTimeout = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<ulong, IngressCall> _calls = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _held = 1; // by the reading loop, and by each invocation

    public IngressServices Services => services;

    /// <summary>Bytes of one output that may be under way, as the client said.</summary>
    public int OutputWindowBytes { get; private set; }

    /// <summary>Serves the client until either side closes, and returns when its last invocation has ended.</summary>
    /// <exception cref="ProtocolViolationException">The client broke the protocol.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!await GreetAsync(cancellationToken))
        {
            return;
        }

        try
        {
            await frames.ReadLoopAsync(Handle, Flush, cancellationToken);
        }
        finally
        {
            // Nothing more can be said to the client, so what it asked for is of no use.
            frames.Dispose();
            foreach (var call in _calls.Values)
            {
                call.Cancel();
            }

            Release();
            await _idle.Task;
        }
    }

    public FrameConnection.StagingScope Stage() => frames.Stage();

    /// <summary>Sends what is staged. What the socket does not take at once goes in the background, bounded by the windows.</summary>
    public void Flush()
    {
        var flush = frames.FlushAsync();
        if (!flush.IsCompletedSuccessfully)
        {
            _ = flush.AsTask();
        }
    }

    /// <summary>From here the client may use the id again.</summary>
    public void Forget(IngressCall call) => _calls.TryRemove(KeyValuePair.Create(call.Id, call));

    /// <summary>An invocation is over, all of it.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _held) == 0)
        {
            _idle.SetResult();
        }
    }

    private async Task<bool> GreetAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_helloTimeout);
        if (await frames.ReadFirstAsync(patience.Token) is not { } frame)
        {
            return false;
        }

        if (frame.Header.Type != FrameType.Hello)
        {
            throw new ProtocolViolationException(ProtocolError.UnexpectedFrame, "the first frame is no Hello");
        }

        OutputWindowBytes = (int)SupervisorHello.Read(frame.Payload).WindowBytes;
        using (var stage = Stage())
        {
            new SupervisorHello(StreamChunk.DefaultWindowBytes).Write(stage.Buffer);
        }

        Flush();
        return true;
    }

    private void Handle(in Frame frame)
    {
        switch (frame.Header.Type)
        {
            case FrameType.Invoke:
                Begin(frame);
                break;
            case FrameType.Input:
                Find(frame)?.AddInput(frame.Payload, (frame.Header.Flags & FrameFlags.EndOfInput) != 0);
                break;
            case FrameType.Window:
                Find(frame)?.AddWindow(WindowMessage.Read(frame.Payload).Bytes);
                break;
            case FrameType.Cancel:
                SessionMessages.ReadEmpty(frame.Payload);
                Find(frame)?.Cancel();
                break;
            default:
                throw new ProtocolViolationException(ProtocolError.UnexpectedFrame, $"{frame.Header.Type} to the ingress socket");
        }
    }

    private IngressCall? Find(in Frame frame) => _calls.GetValueOrDefault(frame.Header.InvocationId);

    private void Begin(in Frame frame)
    {
        var message = InvokeMessage.Read(frame.Payload);
        if (message is not { Handle: 0, TimeoutMilliseconds: 0, EnvironmentCount: 0, ArgumentCount: > 0 })
        {
            throw new ProtocolViolationException(
                ProtocolError.MalformedPayload,
                $"an Invoke with handle {message.Handle}, timeout {message.TimeoutMilliseconds}, {message.ArgumentCount} arguments, {message.EnvironmentCount} variables");
        }

        var call = new IngressCall(this, frame.Header.InvocationId, message);
        if (!_calls.TryAdd(call.Id, call))
        {
            throw new ProtocolViolationException(ProtocolError.UnexpectedFrame, $"invocation {call.Id:x16} is under way already");
        }

        Interlocked.Increment(ref _held);
        call.AddInput(message.Input, (frame.Header.Flags & FrameFlags.EndOfInput) != 0);
    }
}
