using System.Buffers;

namespace Faas.WorkerHost.Execution;

/// <summary>
/// Standard input of one invocation: chunks in arrival order, filled by the reading thread and drained by the
/// slot. The first chunk lives in a buffer that is kept; later ones are rented. Callers hold the invocation's lock.
/// </summary>
internal sealed class InputStream
{
    // A kept buffer larger than one inline chunk would only be memory lying about.
    private const int MaxKeptBytes = 64 * 1024;

    private readonly Queue<ArraySegment<byte>> _more = new();
    private byte[] _first = new byte[256];
    private int _firstStart;
    private int _firstEnd;
    private int _chunkStart;

    public bool Ended { get; set; }

    public int AvailableBytes { get; private set; }

    public void Begin(ReadOnlySequence<byte> first)
    {
        var length = (int)first.Length;
        if (_first.Length < length || _first.Length > MaxKeptBytes)
        {
            _first = new byte[Math.Max(256, length)];
        }

        first.CopyTo(_first);
        _firstStart = 0;
        _firstEnd = length;
        _chunkStart = 0;
        AvailableBytes = length;
    }

    public void Append(ReadOnlySequence<byte> bytes)
    {
        var length = (int)bytes.Length;
        if (length == 0)
        {
            return;
        }

        var rented = ArrayPool<byte>.Shared.Rent(length);
        bytes.CopyTo(rented);
        _more.Enqueue(new ArraySegment<byte>(rented, 0, length));
        AvailableBytes += length;
    }

    public int Read(Span<byte> destination)
    {
        var done = 0;
        if (_firstStart < _firstEnd)
        {
            done = Math.Min(destination.Length, _firstEnd - _firstStart);
            _first.AsSpan(_firstStart, done).CopyTo(destination);
            _firstStart += done;
        }

        while (done < destination.Length && _more.TryPeek(out var chunk))
        {
            var count = Math.Min(destination.Length - done, chunk.Count - _chunkStart);
            chunk.AsSpan(_chunkStart, count).CopyTo(destination[done..]);
            done += count;
            _chunkStart += count;
            if (_chunkStart == chunk.Count)
            {
                DropChunk();
            }
        }

        AvailableBytes -= done;
        return done;
    }

    public void Clear()
    {
        while (_more.Count > 0)
        {
            DropChunk();
        }

        _firstStart = _firstEnd = 0;
        AvailableBytes = 0;
    }

    private void DropChunk()
    {
        ArrayPool<byte>.Shared.Return(_more.Dequeue().Array!);
        _chunkStart = 0;
    }
}
