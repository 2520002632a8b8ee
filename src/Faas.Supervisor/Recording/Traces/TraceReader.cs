using System.Buffers.Binary;
using System.Text;
using Faas.Protocol.Contracts;

namespace Faas.Supervisor.Recording.Traces;

/// <summary>Reads a trace. What was cut off in the middle is a trace up to the last whole record; anything else that does not fit is refused.</summary>
internal ref struct TraceReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;

    private TraceReader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <exception cref="TraceFormatException">No trace, or of another version.</exception>
    public static Trace Read(ReadOnlySpan<byte> bytes) => new TraceReader(bytes).Read();

    private Trace Read()
    {
        var header = ReadHeader();
        var functions = new List<TraceFunction>();
        var invocations = new List<TraceInvocation>(_bytes.Length / TraceFormat.InvocationBytes);
        long dropped = 0;
        var isComplete = false;
        while (!isComplete && _bytes.Length - _at >= TraceFormat.BlockHeadBytes)
        {
            var kind = _bytes[_at];
            var announced = BinaryPrimitives.ReadUInt32LittleEndian(_bytes[(_at + 4)..]);
            _at += TraceFormat.BlockHeadBytes;
            var end = Math.Min(_at + (long)announced, _bytes.Length);
            var isWhole = end - _at == announced;
            switch (kind)
            {
                case TraceFormat.FunctionBlock when isWhole:
                    functions.Add(ReadFunction(functions.Count));
                    break;
                case TraceFormat.InvocationBlock:
                    while (end - _at >= TraceFormat.InvocationBytes)
                    {
                        invocations.Add(ReadInvocation(functions.Count));
                    }

                    break;
                case TraceFormat.EndBlock when announced == TraceFormat.EndBytes && isWhole:
                    dropped = BinaryPrimitives.ReadInt64LittleEndian(_bytes[(_at + 8)..]);
                    isComplete = true;
                    break;
                default:
                    if (isWhole)
                    {
                        throw new TraceFormatException($"a block of kind {kind} at byte {_at - TraceFormat.BlockHeadBytes}: the file is damaged");
                    }

                    break;
            }

            _at = (int)end;
        }

        // The server writes in order of ending.
        var sorted = invocations.ToArray();
        Array.Sort(sorted, static (a, b) => a.Arrived.CompareTo(b.Arrived));
        return new Trace { Header = header, Functions = functions, Invocations = sorted, Dropped = dropped, IsComplete = isComplete };
    }

    private TraceHeader ReadHeader()
    {
        if (_bytes.Length < TraceFormat.PreambleBytes || ReadUInt32() != TraceFormat.Magic)
        {
            throw new TraceFormatException("this is no trace: make one with 'minifaas lab record' or 'minifaas lab synth'");
        }

        var version = (ushort)ReadUInt32();
        if (version != TraceFormat.Version)
        {
            throw new TraceFormatException($"a trace of version {version}; this build reads {TraceFormat.Version}");
        }

        var length = ReadUInt32();
        var end = _at + (long)length;
        var started = DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Min(ReadUInt64(), (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
        var slots = (int)ReadUInt32();
        var queue = (int)ReadUInt32();
        var strategy = ReadText();
        var count = ReadUInt32();
        var workers = new List<TraceWorker>();
        for (uint i = 0; i < count; i++)
        {
            workers.Add(new TraceWorker(ReadText(), BitConverter.UInt64BitsToDouble(ReadUInt64()), BitConverter.UInt64BitsToDouble(ReadUInt64())));
        }

        if (_at != end || slots < 1 || queue < 0 || workers.Count == 0 || workers.Exists(worker => !(worker.Weight > 0) || !(worker.Speed > 0)))
        {
            throw Damaged();
        }

        return new TraceHeader(started, strategy, slots, queue, workers);
    }

    private TraceFunction ReadFunction(int known)
    {
        var function = new TraceFunction(ReadUInt32(), ReadUInt32(), (int)ReadUInt32(), ReadText(), ReadText());
        return function.Id == known + 1 && function.Concurrency >= 0 ? function : throw Damaged();
    }

    private TraceInvocation ReadInvocation(int functions)
    {
        var record = _bytes.Slice(_at, TraceFormat.InvocationBytes);
        _at += TraceFormat.InvocationBytes;
        var invocation = new TraceInvocation(
            BinaryPrimitives.ReadInt64LittleEndian(record),
            BinaryPrimitives.ReadUInt32LittleEndian(record[8..]),
            BinaryPrimitives.ReadUInt16LittleEndian(record[12..]),
            record[14],
            (StartKind)record[15],
            BinaryPrimitives.ReadInt64LittleEndian(record[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(record[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(record[32..]),
            BinaryPrimitives.ReadInt64LittleEndian(record[40..]));
        return invocation.Function >= 1 && invocation.Function <= functions && invocation.Arrived >= 0 ? invocation : throw Damaged();
    }

    private uint ReadUInt32()
    {
        var value = BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));
        return value;
    }

    private ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    private string ReadText() => Encoding.UTF8.GetString(Take(ReadUInt32()));

    private ReadOnlySpan<byte> Take(uint count)
    {
        if (count > (uint)(_bytes.Length - _at))
        {
            throw Damaged();
        }

        var taken = _bytes.Slice(_at, (int)count);
        _at += (int)count;
        return taken;
    }

    private readonly TraceFormatException Damaged() => new($"what is before byte {_at} cannot be: the file is damaged");
}
