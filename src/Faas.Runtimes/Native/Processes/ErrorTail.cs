using System.Text;

namespace Faas.Runtimes.Native.Processes;

/// <summary>The last bytes a guest wrote to standard error: how an interpreter says that memory was its end.</summary>
internal sealed class ErrorTail
{
    private const int Capacity = 2048; // V8's out-of-memory report is its longest: the cause stands in its first lines
    private readonly byte[] _bytes = new byte[Capacity];
    private int _length;

    internal void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= Capacity)
        {
            bytes[^Capacity..].CopyTo(_bytes);
            _length = Capacity;
            return;
        }

        var overflow = _length + bytes.Length - Capacity;
        if (overflow > 0)
        {
            _bytes.AsSpan(overflow, _length - overflow).CopyTo(_bytes);
            _length -= overflow;
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    internal bool Contains(ReadOnlySpan<byte> text) => _bytes.AsSpan(0, _length).IndexOf(text) >= 0;

    /// <summary>The last line that is not empty.</summary>
    internal ReadOnlySpan<byte> LastLine
    {
        get
        {
            var text = _bytes.AsSpan(0, _length).TrimEnd("\r\n "u8);
            return text[(text.LastIndexOf((byte)'\n') + 1)..];
        }
    }

    public override string ToString() => Encoding.UTF8.GetString(_bytes, 0, _length);
}
