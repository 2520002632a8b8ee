using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Faas.Supervisor.Recording.Traces;

/// <summary>Writes a trace, block by block, to whatever takes bytes: a file, the body of an answer. One thread.</summary>
internal sealed class TraceWriter(IBufferWriter<byte> output)
{
    private const int InvocationsPerBlock = 1024;

    private readonly byte[] _block = new byte[InvocationsPerBlock * TraceFormat.InvocationBytes];
    private int _inBlock;

    /// <summary>Bytes so far, those of the unfinished block included.</summary>
    public long Length { get; private set; }

    public long Invocations { get; private set; }

    public void WriteHeader(TraceHeader header)
    {
        var payload = new ArrayBufferWriter<byte>();
        UInt64(payload, (ulong)header.Started.ToUnixTimeMilliseconds());
        UInt32(payload, (uint)header.Slots);
        UInt32(payload, (uint)header.QueueLength);
        Text(payload, header.Strategy);
        UInt32(payload, (uint)header.Workers.Count);
        foreach (var worker in header.Workers)
        {
            Text(payload, worker.Backend);
            UInt64(payload, BitConverter.DoubleToUInt64Bits(worker.Weight));
            UInt64(payload, BitConverter.DoubleToUInt64Bits(worker.Speed));
        }

        Span<byte> preamble = stackalloc byte[TraceFormat.PreambleBytes];
        preamble.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(preamble, TraceFormat.Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(preamble[4..], TraceFormat.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(preamble[8..], (uint)payload.WrittenCount);
        output.Write(preamble);
        output.Write(payload.WrittenSpan);
        Length += preamble.Length + payload.WrittenCount;
    }

    /// <summary>Before the first invocation of the function.</summary>
    public void WriteFunction(TraceFunction function)
    {
        var payload = new ArrayBufferWriter<byte>();
        UInt32(payload, function.Id);
        UInt32(payload, function.Hash);
        UInt32(payload, (uint)function.Concurrency);
        Text(payload, function.Backend);
        Text(payload, function.Name);
        Block(TraceFormat.FunctionBlock, payload.WrittenSpan);
        Length += TraceFormat.BlockHeadBytes + payload.WrittenCount;
    }

    public void WriteInvocation(in TraceInvocation invocation)
    {
        if (_inBlock == 0)
        {
            Length += TraceFormat.BlockHeadBytes;
        }

        var record = _block.AsSpan(_inBlock * TraceFormat.InvocationBytes, TraceFormat.InvocationBytes);
        BinaryPrimitives.WriteInt64LittleEndian(record, invocation.Arrived);
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], invocation.Function);
        BinaryPrimitives.WriteUInt16LittleEndian(record[12..], invocation.Worker);
        record[14] = invocation.Status;
        record[15] = (byte)invocation.Start;
        BinaryPrimitives.WriteInt64LittleEndian(record[16..], invocation.Queue);
        BinaryPrimitives.WriteInt64LittleEndian(record[24..], invocation.Load);
        BinaryPrimitives.WriteInt64LittleEndian(record[32..], invocation.Run);
        BinaryPrimitives.WriteInt64LittleEndian(record[40..], invocation.Total);
        Length += TraceFormat.InvocationBytes;
        Invocations++;
        if (++_inBlock == InvocationsPerBlock)
        {
            EndBlock();
        }
    }

    /// <summary>Hands on what has been written; call it before flushing the output.</summary>
    public void EndBlock()
    {
        if (_inBlock > 0)
        {
            Block(TraceFormat.InvocationBlock, _block.AsSpan(0, _inBlock * TraceFormat.InvocationBytes));
            _inBlock = 0;
        }
    }

    /// <summary>The last block.</summary>
    public void WriteEnd(long dropped, TimeSpan length)
    {
        EndBlock();
        Span<byte> payload = stackalloc byte[TraceFormat.EndBytes];
        BinaryPrimitives.WriteInt64LittleEndian(payload, Invocations);
        BinaryPrimitives.WriteInt64LittleEndian(payload[8..], dropped);
        BinaryPrimitives.WriteInt64LittleEndian(payload[16..], length.Ticks * 100);
        Block(TraceFormat.EndBlock, payload);
        Length += TraceFormat.BlockHeadBytes + TraceFormat.EndBytes;
    }

    private void Block(byte kind, ReadOnlySpan<byte> payload)
    {
        Span<byte> head = stackalloc byte[TraceFormat.BlockHeadBytes];
        head.Clear();
        head[0] = kind;
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], (uint)payload.Length);
        output.Write(head);
        output.Write(payload);
    }

    private static void UInt32(ArrayBufferWriter<byte> buffer, uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.GetSpan(sizeof(uint)), value);
        buffer.Advance(sizeof(uint));
    }

    private static void UInt64(ArrayBufferWriter<byte> buffer, ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(buffer.GetSpan(sizeof(ulong)), value);
        buffer.Advance(sizeof(ulong));
    }

    private static void Text(ArrayBufferWriter<byte> buffer, string value)
    {
        UInt32(buffer, (uint)Encoding.UTF8.GetByteCount(value));
        buffer.Write(Encoding.UTF8.GetBytes(value));
    }
}
