using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Faas.Protocol.Transport;

/// <summary>
/// The reading half of an <see cref="InMemoryTransport"/> end. A pipe's reader must not be completed while its buffer
/// is in use, and a connection is disposed by any thread: completion waits for the reading thread to let go.
/// </summary>
internal sealed class InMemoryPipeReader(PipeReader inner) : PipeReader, IDisposable
{
    private readonly Lock _gate = new();
    private bool _reading;
    private bool _disposed;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return new ValueTask<ReadResult>(new ReadResult(default, isCanceled: true, isCompleted: true));
            }

            _reading = true;
        }

        var read = inner.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? read : FinishAsync(read);
    }

    public override bool TryRead(out ReadResult result)
    {
        lock (_gate)
        {
            result = default;
            _reading = !_disposed && inner.TryRead(out result);
            return _reading;
        }
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        lock (_gate)
        {
            if (_reading)
            {
                inner.AdvanceTo(consumed, examined);
                LetGo();
            }
        }
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => Dispose();

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            if (_reading)
            {
                inner.CancelPendingRead();
            }
            else
            {
                inner.Complete();
            }
        }
    }

    // Pooled, so that the reader goes on where the pipe's scheduler runs this: a task would hand over to the thread pool where there is a context.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> FinishAsync(ValueTask<ReadResult> read)
    {
        try
        {
            return await read.ConfigureAwait(false);
        }
        catch
        {
            // Cancelled: nothing was handed out, so nobody will advance.
            lock (_gate)
            {
                LetGo();
            }

            throw;
        }
    }

    // Under _gate.
    private void LetGo()
    {
        _reading = false;
        if (_disposed)
        {
            inner.Complete();
        }
    }
}
