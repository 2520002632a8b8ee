using System.Text;
using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Protocol.Transport;

namespace MiniFaas.Ingress;

/// <summary>One connection to the ingress socket for one invocation at a time.</summary>
internal sealed class IngressClient : IDisposable
{
    private const ulong OnlyId = 1;

    private readonly FrameConnection _frames;
    private readonly Stream _output;
    private readonly Stream _errors;
    private ReadOnlyMemory<byte> _unsent;
    private long _inputWindow;
    private IngressEnd? _end;

    private IngressClient(FrameConnection frames, Stream output, Stream errors)
    {
        _frames = frames;
        _output = output;
        _errors = errors;
    }

    /// <param name="path">Of the socket.</param>
    /// <param name="output">Takes standard output as it comes.</param>
    /// <param name="errors">Takes the last of standard error.</param>
    /// <exception cref="IOException">Nobody listens.</exception>
    public static IngressClient Connect(string path, Stream output, Stream errors) => new(new FrameConnection(LocalSocket.Connect(path)), output, errors);

    /// <summary>Runs a function. Cancelling asks the server to end it and waits for that.</summary>
    /// <exception cref="IOException">The server broke off.</exception>
    public async Task<IngressEnd> InvokeAsync(string function, IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        using (var stage = _frames.Stage())
        {
            IngressFrames.WriteHello(stage.Buffer, StreamChunk.DefaultWindowBytes);
        }

        await _frames.FlushAsync();
        if (await _frames.ReadFirstAsync(cancellationToken) is not { Header.Type: FrameType.Hello } hello)
        {
            throw new IOException("the server does not answer as one");
        }

        var first = Math.Min(input.Length, InvokeMessage.MaxInlineInputBytes);
        _unsent = input[first..];
        _inputWindow = SupervisorHello.Read(hello.Payload).WindowBytes - first;
        using (var stage = _frames.Stage())
        {
            IngressFrames.WriteInvoke(stage.Buffer, OnlyId, function, arguments, input.Span[..first], _unsent.IsEmpty ? FrameFlags.EndOfInput : FrameFlags.None);
        }

        SendRest();
        await _frames.FlushAsync();
        using (cancellationToken.UnsafeRegister(static state => ((IngressClient)state!).Cancel(), this))
        {
            using var ended = new CancellationTokenSource();
            try
            {
                await _frames.ReadLoopAsync(Handle, () => EndBatch(ended), ended.Token);
            }
            catch (OperationCanceledException) when (_end is not null)
            {
                // The end has come, and there is nothing more to read.
            }
        }

        return _end ?? throw new IOException("the server broke off");
    }

    public void Dispose() => _frames.Dispose();

    private void Handle(in Frame frame)
    {
        switch (frame.Header.Type)
        {
            case FrameType.Output:
                foreach (var piece in frame.Payload)
                {
                    _output.Write(piece.Span);
                }

                Grant((uint)frame.Payload.Length);
                break;
            case FrameType.ErrorOutput:
                foreach (var piece in frame.Payload)
                {
                    _errors.Write(piece.Span);
                }

                break;
            case FrameType.Window:
                _inputWindow += WindowMessage.Read(frame.Payload).Bytes;
                SendRest();
                break;
            case FrameType.Completed:
                var message = CompletedMessage.Read(frame.Payload);
                _end = IngressEnd.Parse(message.Status, Encoding.UTF8.GetString(message.Message));
                break;
            default:
                throw new ProtocolViolationException(ProtocolError.UnexpectedFrame, $"{frame.Header.Type} to a client");
        }
    }

    private void EndBatch(CancellationTokenSource ended)
    {
        _output.Flush();
        _ = _frames.FlushAsync().AsTask();
        if (_end is not null)
        {
            ended.Cancel();
        }
    }

    private void Grant(uint bytes)
    {
        if (bytes > 0)
        {
            using var stage = _frames.Stage();
            new WindowMessage(bytes).Write(stage.Buffer, OnlyId);
        }
    }

    private void SendRest()
    {
        while (!_unsent.IsEmpty && _inputWindow > 0)
        {
            var count = (int)Math.Min(Math.Min(_unsent.Length, _inputWindow), StreamChunk.MaxBytes);
            using var stage = _frames.Stage();
            StreamChunk.Write(
                stage.Buffer, FrameType.Input, count == _unsent.Length ? FrameFlags.EndOfInput : FrameFlags.None, OnlyId, _unsent.Span[..count]);
            _unsent = _unsent[count..];
            _inputWindow -= count;
        }
    }

    private void Cancel()
    {
        using (var stage = _frames.Stage())
        {
            SessionMessages.WriteCancel(stage.Buffer, OnlyId);
        }

        _ = _frames.FlushAsync().AsTask();
    }
}
