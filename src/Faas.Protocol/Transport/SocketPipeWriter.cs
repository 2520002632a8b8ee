using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Faas.Protocol.Transport;

/// <summary>Writes a socket. <see cref="WriteAsync"/> sends the caller's bytes without a copy.</summary>
internal sealed class SocketPipeWriter(Socket socket, SocketMode mode) : PipeWriter
{
    private readonly ArrayBufferWriter<byte> _staged = new();
    private bool _completed;

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (_completed)
        {
            return new ValueTask<FlushResult>(Result());
        }

        if (_staged.WrittenCount > 0)
        {
            _staged.Write(source.Span);
            return FlushAsync(cancellationToken);
        }

        return SendAsync(source, cancellationToken);
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var result = await SendAsync(_staged.WrittenMemory, cancellationToken).ConfigureAwait(false);
        _staged.ResetWrittenCount();
        return result;
    }

    public override void Advance(int bytes) => _staged.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => _staged.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _staged.GetSpan(sizeHint);

    public override void CancelPendingFlush() => throw new NotSupportedException("dispose the connection instead");

    public override void Complete(Exception? exception = null) => _completed = true;

    private ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        if (source.IsEmpty)
        {
            return new ValueTask<FlushResult>(Result());
        }

        try
        {
            if (mode == SocketMode.Blocking)
            {
                SendAll(source.Span);
                return new ValueTask<FlushResult>(Result());
            }

            var send = socket.SendAsync(source, SocketFlags.None, cancellationToken);
            if (!send.IsCompletedSuccessfully)
            {
                return FinishAsync(send, source, cancellationToken);
            }

            var sent = send.Result;
            return sent == source.Length
                ? new ValueTask<FlushResult>(Result())
                : FinishAsync(new ValueTask<int>(sent), source, cancellationToken);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            _completed = true;
            return new ValueTask<FlushResult>(Result());
        }
    }

    private void SendAll(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[socket.Send(bytes)..];
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FlushResult> FinishAsync(ValueTask<int> send, ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                source = source[await send.ConfigureAwait(false)..];
                if (source.IsEmpty)
                {
                    break;
                }

                send = socket.SendAsync(source, SocketFlags.None, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            _completed = true;
        }

        return Result();
    }

    // A closed connection is a result, as in any pipe: the session's reader tells why.
    private FlushResult Result() => new(isCanceled: false, isCompleted: _completed);
}
