using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Faas.Protocol.Transport;

/// <summary>
/// Reads into one contiguous buffer that is reused: in the steady state no allocation, no copy but the unfinished frame
/// at the end of a read moved to the front.
/// </summary>
internal abstract class BufferedPipeReader : PipeReader
{
    // Holds a burst of small frames, or one chunk with its header, in one receive.
    private const int InitialBytes = 128 * 1024;
    private const int MinFreeBytes = 16 * 1024;

    private byte[] _buffer = GC.AllocateUninitializedArray<byte>(InitialBytes);
    private int _start;
    private int _end;
    private bool _completed;
    private bool _unexamined;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (_unexamined || _completed)
        {
            return new ValueTask<ReadResult>(Result());
        }

        MakeRoom();
        ValueTask<int> receive;
        try
        {
            receive = ReceiveAsync(_buffer.AsMemory(_end), cancellationToken);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            receive = new ValueTask<int>(0);
        }

        if (receive.IsCompletedSuccessfully)
        {
            Received(receive.Result);
            return new ValueTask<ReadResult>(Result());
        }

        return FinishAsync(receive);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        // The sequence is over the array itself, so a position's index is an index into it.
        _start = consumed.GetInteger();
        _unexamined = examined.GetInteger() < _end;
        if (_start == _end)
        {
            _start = _end = 0;
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        result = Result();
        return _unexamined || _completed;
    }

    public override void CancelPendingRead() => throw new NotSupportedException("dispose the connection instead");

    public override void Complete(Exception? exception = null) => _completed = true;

    /// <summary>Waits until there is something. A connection that is closed or reset may throw what sockets throw.</summary>
    /// <returns>Bytes put into <paramref name="destination"/>; 0 at the end.</returns>
    protected abstract ValueTask<int> ReceiveAsync(Memory<byte> destination, CancellationToken cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> FinishAsync(ValueTask<int> receive)
    {
        try
        {
            Received(await receive.ConfigureAwait(false));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Received(0);
        }

        return Result();
    }

    // A reset connection reads as its end: what was cut off is the frame reader's to notice.
    private void Received(int count)
    {
        _end += count;
        _completed |= count == 0;
    }

    private void MakeRoom()
    {
        if (_buffer.Length - _end >= MinFreeBytes)
        {
            return;
        }

        var unread = _end - _start;
        var target = _buffer.Length - unread >= MinFreeBytes && _start > 0
            ? _buffer
            : GC.AllocateUninitializedArray<byte>(_buffer.Length * 2);
        Buffer.BlockCopy(_buffer, _start, target, 0, unread);
        _buffer = target;
        _start = 0;
        _end = unread;
    }

    private ReadResult Result() =>
        new(new ReadOnlySequence<byte>(_buffer, _start, _end - _start), isCanceled: false, isCompleted: _completed);
}
