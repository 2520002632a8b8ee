using System.Buffers;
using System.Buffers.Binary;

namespace Faas.WorkerHost.Execution;

/// <summary>The arguments and variables of one Invoke frame: its bytes copied once, and where each string lies.</summary>
internal sealed class StringTable
{
    private byte[] _bytes = new byte[256];
    private (int Start, int Length)[] _strings = new (int, int)[16];

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

        if (_bytes.Length < strings.Length)
        {
            _bytes = new byte[strings.Length];
        }

        if (_strings.Length < count)
        {
            _strings = new (int, int)[count];
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
