using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Faas.Protocol.Transport;

/// <summary>A writer whose <see cref="WriteAsync"/> sends the caller's bytes without a copy of its own.</summary>
internal abstract class BufferedPipeWriter : PipeWriter
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

        return SendAllAsync(source, cancellationToken);
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var result = await SendAllAsync(_staged.WrittenMemory, cancellationToken).ConfigureAwait(false);
        _staged.ResetWrittenCount();
        return result;
    }

    public override void Advance(int bytes) => _staged.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => _staged.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _staged.GetSpan(sizeHint);

    public override void CancelPendingFlush() => throw new NotSupportedException("dispose the connection instead");

    public override void Complete(Exception? exception = null) => _completed = true;

    /// <summary>Sends the first bytes, waiting while there is no room. A closed connection may throw what sockets throw.</summary>
    /// <returns>How many: at least one.</returns>
    protected abstract ValueTask<int> SendAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken);

    private ValueTask<FlushResult> SendAllAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        try
        {
            while (!source.IsEmpty)
            {
                var send = SendAsync(source, cancellationToken);
                if (!send.IsCompletedSuccessfully)
                {
                    return FinishAsync(send, source, cancellationToken);
                }

                source = source[send.Result..];
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            _completed = true;
        }

        return new ValueTask<FlushResult>(Result());
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

                send = SendAsync(source, cancellationToken);
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
