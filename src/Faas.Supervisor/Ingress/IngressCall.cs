using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;

namespace Faas.Supervisor.Ingress;

/// <summary>
/// One invocation of a local client. Its input is gathered first, as everywhere: a client that sends a byte a second holds up nobody but
/// itself. Then it goes the way of all invocations, and its output is passed on as it comes and as the client takes it.
/// </summary>
internal sealed class IngressCall : IInvocationSink, IDisposable
{
    // A name of 64 bytes, an underscore and the longest number are 85.
    private const int MaxNameBytes = 128;

    private readonly IngressConnection _connection;
    private readonly CancellationTokenSource _cancel = new();
    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _input = new();
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly SemaphoreSlim _windowMoved = new(0);
    private readonly byte[] _strings;
    private readonly int _nameBytes;
    private readonly int _arguments;
    private int _inputWindow = StreamChunk.DefaultWindowBytes;
    private int _ungranted;
    private long _outputWindow;
    private bool _hasAllInput;
    private bool _isOver;

    public IngressCall(IngressConnection connection, ulong id, in InvokeMessage message)
    {
        _connection = connection;
        Id = id;
        _strings = message.Strings.ToArray();
        _nameBytes = (int)BinaryPrimitives.ReadUInt32LittleEndian(_strings);
        _arguments = message.ArgumentCount - 1;
        _outputWindow = connection.OutputWindowBytes;
    }

    public OutputDelivery Delivery => OutputDelivery.Streamed;

    /// <summary>The client's number for it.</summary>
    public ulong Id { get; }

    private string Name => Encoding.UTF8.GetString(_strings, sizeof(uint), _nameBytes);

    /// <summary>Reading loop. The last piece starts the invocation.</summary>
    public void AddInput(ReadOnlySequence<byte> bytes, bool isLast)
    {
        if (_hasAllInput)
        {
            throw new ProtocolViolationException(ProtocolError.UnexpectedFrame, $"input of invocation {Id:x16} after its end");
        }

        if (bytes.Length > _inputWindow)
        {
            throw new ProtocolViolationException(ProtocolError.WindowExceeded, $"invocation {Id:x16}");
        }

        _hasAllInput = isLast;
        _inputWindow -= (int)bytes.Length;
        if (_input.WrittenCount + bytes.Length > _connection.Services.MaxInputBytes)
        {
            Refuse(ErrorCodes.PayloadTooLarge, $"more than {_connection.Services.MaxInputBytes} bytes of input: start with a larger --max-body");
            return;
        }

        foreach (var piece in bytes)
        {
            _input.Write(piece.Span);
        }

        if (isLast)
        {
            _ = RunAsync(); // its end is counted by the connection, which waits for it
            return;
        }

        _ungranted += (int)bytes.Length;
        if (_ungranted >= StreamChunk.DefaultWindowBytes / 2)
        {
            using var stage = _connection.Stage();
            new WindowMessage((uint)_ungranted).Write(stage.Buffer, Id);
            _inputWindow += _ungranted;
            _ungranted = 0;
        }
    }

    /// <summary>Reading loop: the client took output.</summary>
    public void AddWindow(uint bytes)
    {
        Interlocked.Add(ref _outputWindow, bytes);
        lock (_gate)
        {
            if (!_isOver)
            {
                _windowMoved.Release();
            }
        }
    }

    /// <summary>The client lost interest, or is gone. Any thread.</summary>
    public void Cancel()
    {
        if (!_hasAllInput)
        {
            // Only the reading loop is here, and it will bring nothing more.
            _hasAllInput = true;
            Finish(new CompletedMessage(InvocationStatus.Cancelled, StartKind.Warm, 0, 0, 0, 0, 0, default), $"{ErrorCodes.Cancelled}\nbefore its input was complete");
            End();
            return;
        }

        lock (_gate)
        {
            if (!_isOver)
            {
                _cancel.Cancel();
                _windowMoved.Release();
            }
        }
    }

    public async ValueTask TakeAsync(Invocation invocation, bool hasEnded)
    {
        if (invocation.TakeOutput(_output) > 0)
        {
            await SendOutputAsync();
        }

        if (!hasEnded)
        {
            _connection.Flush();
        }
    }

    public ValueTask EndAsync(Invocation invocation)
    {
        if (invocation.Error.Length > 0)
        {
            using var stage = _connection.Stage();
            StreamChunk.Write(stage.Buffer, FrameType.ErrorOutput, FrameFlags.None, Id, invocation.Error.Span);
        }

        ref readonly var timings = ref invocation.Timings;
        Finish(
            new CompletedMessage(
                InvocationEnds.StatusOf(invocation.End),
                invocation.Start,
                invocation.ExitCode,
                (ulong)timings.Started,
                (ulong)timings.LoadNanoseconds,
                (ulong)timings.RunNanoseconds,
                (ulong)invocation.PeakMemoryBytes,
                default),
            invocation.End == InvocationEnd.Ok ? null : $"{InvocationEnds.CodeOf(invocation.End)}\n{InvocationEnds.Describe(invocation)}");
        return ValueTask.CompletedTask;
    }

    /// <summary>After its end; the reading loop may still hold it for a moment, and does nothing with it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
        }

        _cancel.Dispose();
        _windowMoved.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            if (!TryResolve(out var function))
            {
                Refuse(InvocationStatus.Refused, ErrorCodes.FunctionNotFound, $"no function '{Name}': GET /functions lists those there are");
            }
            else if (function.TryGetHtml(out var html))
            {
                _connection.Services.Runner.NoteFromStore(function);
                _output.Write(html.Span);
                await SendOutputAsync();
                Finish(new CompletedMessage(InvocationStatus.Ok, StartKind.Warm, 0, 0, 0, 0, 0, default), null);
            }
            else
            {
                await _connection.Services.Runner.RunAsync(
                    new InvocationRequest(function, _input.WrittenMemory, _strings.AsMemory(sizeof(uint) + _nameBytes), _arguments), this, _cancel.Token);
            }
        }
        catch (OperationCanceledException) when (_cancel.IsCancellationRequested)
        {
            Refuse(InvocationStatus.Cancelled, ErrorCodes.Cancelled, "the caller went away");
        }
        catch (Exception exception)
        {
            IngressLog.InvocationFailed(_connection.Services.Logger, exception);
            Refuse(InvocationStatus.InternalError, ErrorCodes.InternalError, "the server failed; its log has the cause");
        }
        finally
        {
            End();
        }
    }

    private void End()
    {
        Dispose();
        _connection.Release();
    }

    private bool TryResolve([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FunctionVersion? function)
    {
        if (_nameBytes > MaxNameBytes)
        {
            function = null;
            return false;
        }

        Span<char> name = stackalloc char[MaxNameBytes];
        return _connection.Services.Store.TryResolve(name[..Encoding.UTF8.GetChars(_strings.AsSpan(sizeof(uint), _nameBytes), name)], out function);
    }

    // As much as the client's window takes; then it waits for more room, and the function with it.
    private async ValueTask SendOutputAsync()
    {
        var sent = 0;
        while (sent < _output.WrittenCount && !_cancel.IsCancellationRequested)
        {
            var room = Interlocked.Read(ref _outputWindow);
            if (room <= 0)
            {
                _connection.Flush();
                await _windowMoved.WaitAsync();
                continue;
            }

            var count = (int)Math.Min(Math.Min(_output.WrittenCount - sent, room), StreamChunk.MaxBytes);
            using (var stage = _connection.Stage())
            {
                StreamChunk.Write(stage.Buffer, FrameType.Output, FrameFlags.None, Id, _output.WrittenSpan.Slice(sent, count));
            }

            Interlocked.Add(ref _outputWindow, -count);
            sent += count;
        }

        _output.ResetWrittenCount();
    }

    // On the reading loop, before the invocation began.
    private void Refuse(string code, string message)
    {
        _hasAllInput = true;
        Refuse(InvocationStatus.Refused, code, message);
        End();
    }

    private void Refuse(InvocationStatus status, string code, string message) =>
        Finish(new CompletedMessage(status, StartKind.Warm, 0, 0, 0, 0, 0, default), $"{code}\n{message}");

    private void Finish(in CompletedMessage message, string? text)
    {
        _connection.Forget(this);
        using (var stage = _connection.Stage())
        {
            message.Write(stage.Buffer, Id, text);
        }

        _connection.Flush();
    }
}
