using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Faas.Protocol.Framing;

namespace Faas.Protocol.Transport;

/// <summary>Handles one frame of a session. Runs on the reading thread: hands over and returns.</summary>
/// <param name="frame">Its payload is valid during the call only.</param>
public delegate void FrameHandler(in Frame frame);

/// <summary>
/// Frames both ways over one connection. Reading: one loop. Writing: any thread stages frames into one buffer and
/// exactly one of them sends what all have staged (the largest single saving at load: one system call a burst).
/// </summary>
public sealed class FrameConnection : IDisposable
{
    private readonly ITransportConnection _connection;
    private readonly Lock _gate = new();
    private FrameBuffer _staging = new();
    private FrameBuffer _sending = new();
    private bool _flushing;
    private long _batch;
    private bool _closed;
    private bool _disposed;

    /// <param name="connection">Owned from now on.</param>
    public FrameConnection(ITransportConnection connection) => _connection = connection;

    /// <summary>True once this side or the other has closed.</summary>
    public bool IsClosed => Volatile.Read(ref _closed);

    /// <summary>Opens the staging buffer to the calling thread until the scope is disposed.</summary>
    /// <remarks>Any thread. Frames staged in one scope follow each other without another's between them.</remarks>
    public StagingScope Stage() => new(this);

    /// <summary>
    /// Sends everything staged, unless another thread is sending: that one then takes it along.
    /// </summary>
    /// <remarks>Any thread. Never fails: once the connection is closed what is staged is dropped, and the reader tells why.</remarks>
    /// <returns>Completes when the bytes of the caller's burst were handed to the system or to the sending thread.</returns>
    public ValueTask FlushAsync()
    {
        while (TryBeginWrite(out var write, out var batch))
        {
            if (!write.IsCompletedSuccessfully)
            {
                return FinishFlushAsync(write, batch);
            }

            EndBatch(batch, write.Result.IsCompleted);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Sends everything staged and blocks until the system has it.</summary>
    public void Flush()
    {
        var flush = FlushAsync();
        if (!flush.IsCompletedSuccessfully)
        {
            flush.AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>Reads the first frame and leaves what follows it unread.</summary>
    /// <returns>The frame, its payload copied; null when either side closed instead.</returns>
    /// <exception cref="ProtocolViolationException">The other side broke the protocol.</exception>
    public async Task<Frame?> ReadFirstAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result;
            try
            {
                result = await BeginReadAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (IsEndOfConnection(exception) && !cancellationToken.IsCancellationRequested)
            {
                return null;
            }

            var buffer = result.Buffer;
            if (FrameReader.TryRead(ref buffer, FrameHeader.MaxPayloadBytes, out var frame))
            {
                frame = frame with { Payload = new ReadOnlySequence<byte>(frame.Payload.ToArray()) };
                _connection.Input.AdvanceTo(buffer.Start);
                return frame;
            }

            var leftover = buffer.Length;
            _connection.Input.AdvanceTo(buffer.Start, buffer.End);
            if (IsLast(result, leftover))
            {
                return null;
            }
        }
    }

    /// <summary>Reads until the other side closes.</summary>
    /// <param name="handle">Called for each frame, in order.</param>
    /// <param name="afterBatch">Called when all whole frames of one read have been handled.</param>
    /// <param name="cancellationToken">Ends the loop.</param>
    /// <exception cref="ProtocolViolationException">The other side broke the protocol.</exception>
    public async Task ReadLoopAsync(FrameHandler handle, Action afterBatch, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result;
            try
            {
                result = await BeginReadAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (IsEndOfConnection(exception) && !cancellationToken.IsCancellationRequested)
            {
                return;
            }

            bool goesOn;
            try
            {
                goesOn = Dispatch(result, handle);
            }
            finally
            {
                // Also after a violation: the frames before it count.
                afterBatch();
            }

            if (!goesOn)
            {
                return;
            }
        }
    }

    /// <summary>One step of the loop for a thread that may block: waits for bytes, handles every whole frame in them.</summary>
    /// <returns>False when either side has closed.</returns>
    /// <exception cref="ProtocolViolationException">The other side broke the protocol.</exception>
    public bool ReadBatch(FrameHandler handle)
    {
        ReadResult result;
        try
        {
            var read = BeginReadAsync(CancellationToken.None);
            result = read.IsCompletedSuccessfully ? read.Result : read.AsTask().GetAwaiter().GetResult();
        }
        catch (Exception exception) when (IsEndOfConnection(exception))
        {
            return false;
        }

        return Dispatch(result, handle);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Volatile.Write(ref _disposed, true);
        Volatile.Write(ref _closed, true);
        _connection.Dispose();
    }

    private bool Dispatch(ReadResult result, FrameHandler handle)
    {
        var buffer = result.Buffer;
        long leftover;
        try
        {
            while (FrameReader.TryRead(ref buffer, FrameHeader.MaxPayloadBytes, out var frame))
            {
                handle(frame);
            }
        }
        finally
        {
            leftover = buffer.Length;
            _connection.Input.AdvanceTo(buffer.Start, buffer.End);
        }

        return !IsLast(result, leftover);
    }

    // A read of a disposed connection would wait for ever on some pipes.
    private ValueTask<ReadResult> BeginReadAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        return _connection.Input.ReadAsync(cancellationToken);
    }

    private bool IsLast(in ReadResult result, long leftover)
    {
        // A read is cancelled by Dispose only. A failed flush alone does not end the reading: a worker's last answers
        // may still be there.
        if (result.IsCanceled || Volatile.Read(ref _disposed))
        {
            return true;
        }

        if (result.IsCompleted && leftover > 0)
        {
            ProtocolViolationException.Throw(ProtocolError.TruncatedFrame, "the stream ended inside a frame");
        }

        return result.IsCompleted;
    }

    // What the transports throw when either side has closed; the pipes of a transport need not agree on one.
    private static bool IsEndOfConnection(Exception exception) =>
        exception is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException;

    private bool TryTakeBatch(out FrameBuffer batch)
    {
        lock (_gate)
        {
            batch = _staging;
            if (_closed)
            {
                _staging.Clear();
            }

            if (_flushing || batch.Length == 0)
            {
                return false;
            }

            _flushing = true;
            _batch++;
            _staging = _sending;
            _sending = batch;
            return true;
        }
    }

    private void EndBatch(FrameBuffer batch, bool isClosed)
    {
        lock (_gate)
        {
            batch.Clear();
            _flushing = false;
            _closed |= isClosed;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FinishFlushAsync(ValueTask<FlushResult> write, FrameBuffer batch)
    {
        // A loop, not FlushAsync again: under load every write may end later, and the calls would nest without bound.
        do
        {
            var isClosed = true;
            try
            {
                isClosed = (await write.ConfigureAwait(false)).IsCompleted;
            }
            catch (Exception exception) when (IsEndOfConnection(exception))
            {
                // The reader tells why.
            }
            finally
            {
                EndBatch(batch, isClosed);
            }
        }
        while (TryBeginWrite(out write, out batch));
    }

    private bool TryBeginWrite(out ValueTask<FlushResult> write, out FrameBuffer batch)
    {
        write = default;
        if (!TryTakeBatch(out batch))
        {
            return false;
        }

        try
        {
            write = _connection.Output.WriteAsync(batch.WrittenMemory);
        }
        catch (Exception exception) when (IsEndOfConnection(exception))
        {
            write = new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: true));
        }

        return true;
    }

    /// <summary>The staging buffer, held by one thread.</summary>
    public readonly ref struct StagingScope
    {
        private readonly FrameConnection _owner;

        internal StagingScope(FrameConnection owner)
        {
            _owner = owner;
            owner._gate.Enter();
        }

        /// <summary>Where frames are staged; only inside the scope.</summary>
        public FrameBuffer Buffer => _owner._staging;

        /// <summary>
        /// Number of the batch that frames staged now belong to. It grows when a batch is taken to be written: a frame
        /// whose number is not below it has not left this process.
        /// </summary>
        public long Batch => _owner._batch;

        /// <summary>Closes the writing for good: what is staged, and whatever will be, never leaves. A batch that is being written already may.</summary>
        public void Close()
        {
            Volatile.Write(ref _owner._closed, true);
            _owner._staging.Clear();
        }

        /// <summary>Ends the scope. A frame that was begun in it and not ended is taken back.</summary>
        public void Dispose()
        {
            _owner._staging.AbortFrame();
            _owner._gate.Exit();
        }
    }
}
