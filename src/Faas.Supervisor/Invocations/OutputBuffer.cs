using System.Buffers;

namespace Faas.Supervisor.Invocations;

/// <summary>Bytes of one stream of one invocation: grows in place, its array is kept for the next one up to a bound.</summary>
internal sealed class OutputBuffer
{
    // Most answers are small; an array that a large one grew is rented and goes back.
    private const int KeptBytes = 1024;

    private readonly byte[] _kept = new byte[KeptBytes];
    private byte[] _bytes;
    private int _start;
    private int _end;

    public OutputBuffer() => _bytes = _kept;

    public int Length => _end - _start;

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(_start, Length);

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(_start, Length);

    public void Append(ReadOnlySequence<byte> bytes)
    {
        var count = (int)bytes.Length;
        Ensure(count);
        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += count;
    }

    /// <summary>Appends and keeps only the last <paramref name="maxBytes"/>.</summary>
    public void AppendTail(ReadOnlySequence<byte> bytes, int maxBytes)
    {
        Append(bytes);
        _start = Math.Max(_start, _end - maxBytes);
    }

    /// <summary>Drops bytes from the front.</summary>
    public void Skip(int count) => _start += count;

    public void Clear()
    {
        _start = _end = 0;
        if (_bytes != _kept)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = _kept;
        }
    }

    private void Ensure(int count)
    {
        if (_bytes.Length - _end >= count)
        {
            return;
        }

        var length = Length;
        if (_bytes.Length - length >= count && _start >= length)
        {
            Span.CopyTo(_bytes);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(length + count, _bytes.Length * 2));
            Span.CopyTo(larger);
            if (_bytes != _kept)
            {
                ArrayPool<byte>.Shared.Return(_bytes);
            }

            _bytes = larger;
        }

        _start = 0;
        _end = length;
    }
}
