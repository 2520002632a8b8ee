using System.Buffers;
using System.Buffers.Binary;

namespace Faas.WorkerHost.Execution;

/// <summary>The arguments and variables of one Invoke frame: its bytes copied once, and where each string lies.</summary>
internal sealed class StringTable
{
    private const int InitialBytes = 256;
    private const int InitialStrings = 16;

    // Above these a table that one invocation grew is given back with the next: a CGI request's headers, about 8 KiB.
    private const int MaxKeptBytes = 32 * 1024;
    private const int MaxKeptStrings = 1024;

    private byte[] _bytes = new byte[InitialBytes];
    private (int Start, int Length)[] _strings = new (int, int)[InitialStrings];

    public int Count { get; private set; }

    public ReadOnlySpan<byte> this[int index] => _bytes.AsSpan(_strings[index].Start, _strings[index].Length);

    /// <summary>Takes over the strings of a frame whose layout has been checked.</summary>
    public void Load(ReadOnlySequence<byte> strings, int count)
    {
        Count = count;
        if (count == 0)
        {
            return;
        }

        if (_bytes.Length < strings.Length || _bytes.Length > MaxKeptBytes)
        {
            _bytes = new byte[Math.Max(InitialBytes, strings.Length)];
        }

        if (_strings.Length < count || _strings.Length > MaxKeptStrings)
        {
            _strings = new (int, int)[Math.Max(InitialStrings, count)];
        }

        strings.CopyTo(_bytes);
        var at = 0;
        for (var i = 0; i < count; i++)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(at));
            at += sizeof(uint);
            _strings[i] = (at, length);
            at += length;
        }
    }
}
