using System.Buffers;
using System.IO.Pipelines;
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
    private bool _closed;

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
    /// <returns>Completes when the bytes of the caller's burst were handed to the system or to the sending thread.</returns>
    public ValueTask FlushAsync()
    {
        while (true)
        {
            FrameBuffer batch;
            lock (_gate)
            {
                if (_flushing || _staging.Length == 0 || _closed)
                {
                    return ValueTask.CompletedTask;
                }

                _flushing = true;
                batch = TakeBatch();
            }

            var write = _connection.Output.WriteAsync(batch.WrittenMemory);
            if (!write.IsCompletedSuccessfully)
            {
                return FinishFlushAsync(write, batch);
            }

            EndBatch(batch, write.Result);
        }
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

    /// <summary>True when frames are staged that nobody is sending.</summary>
    public bool HasStaged
    {
        get
        {
            lock (_gate)
            {
                return _staging.Length > 0 && !_flushing;
            }
        }
    }

    /// <summary>Reads the first frame and leaves what follows it unread.</summary>
    /// <returns>The frame, its payload copied; null when the other side closed instead.</returns>
    /// <exception cref="ProtocolViolationException">The other side broke the protocol.</exception>
    public async Task<Frame?> ReadFirstAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await _connection.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = result.Buffer;
            if (FrameReader.TryRead(ref buffer, FrameHeader.MaxPayloadBytes, out var frame))
            {
                frame = frame with { Payload = new ReadOnlySequence<byte>(frame.Payload.ToArray()) };
                _connection.Input.AdvanceTo(buffer.Start);
                return frame;
            }

            _connection.Input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
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
            var result = await _connection.Input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var goesOn = Dispatch(result, handle);
            afterBatch();
            if (!goesOn)
            {
                return;
            }
        }
    }

    /// <summary>One step of the loop for a thread that may block: waits for bytes, handles every whole frame in them.</summary>
    /// <returns>False when the other side has closed.</returns>
    /// <exception cref="ProtocolViolationException">The other side broke the protocol.</exception>
    public bool ReadBatch(FrameHandler handle)
    {
        var read = _connection.Input.ReadAsync();
        return Dispatch(read.IsCompletedSuccessfully ? read.Result : read.AsTask().GetAwaiter().GetResult(), handle);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
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

        if (!result.IsCompleted && !result.IsCanceled)
        {
            return true;
        }

        if (leftover > 0 && !IsClosed)
        {
            ProtocolViolationException.Throw(ProtocolError.TruncatedFrame, "the stream ended inside a frame");
        }

        return false;
    }

    // Under _gate.
    private FrameBuffer TakeBatch()
    {
        var batch = _staging;
        _staging = _sending;
        _sending = batch;
        return batch;
    }

    private void EndBatch(FrameBuffer batch, FlushResult result)
    {
        lock (_gate)
        {
            batch.Clear();
            _flushing = false;
            _closed |= result.IsCompleted;
        }
    }

    private async ValueTask FinishFlushAsync(ValueTask<FlushResult> write, FrameBuffer batch)
    {
        EndBatch(batch, await write.ConfigureAwait(false));
        await FlushAsync().ConfigureAwait(false);
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

        /// <summary>Ends the scope.</summary>
        public void Dispose() => _owner._gate.Exit();
    }
}
