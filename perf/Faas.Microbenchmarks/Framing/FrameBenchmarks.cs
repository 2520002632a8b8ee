using System.Buffers;
using BenchmarkDotNet.Attributes;
using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;

namespace Faas.Microbenchmarks.Framing;

/// <summary>Staging and cutting the three frames of a small invocation.</summary>
public class FrameBenchmarks
{
    private const int MaxPayloadBytes = 1024 * 1024;

    private readonly FrameBuffer _buffer = new();
    private readonly CompletedMessage _completed = new(InvocationStatus.Ok, StartKind.Warm, 0, 1, 0, 5_000, 131_072, default);
    private byte[] _payload = [];
    private ReadOnlySequence<byte> _invoke;
    private ReadOnlySequence<byte> _answer;

    [Params(0, 64, 4096, 65536)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _payload = new byte[Bytes];
        _invoke = new ReadOnlySequence<byte>(Staged(WriteInvoke));
        _answer = new ReadOnlySequence<byte>(Staged(WriteAnswer));
        if (ReadInvoke() != Bytes || ReadAnswer() != Bytes)
        {
            throw new InvalidOperationException("the frames do not come back as they were written");
        }
    }

    [Benchmark]
    public int WriteInvoke()
    {
        _buffer.Clear();
        InvokeMessage.Write(_buffer, 42, FrameFlags.EndOfInput, new InvokeMessage(7, 0, 0, 0, default, default), [], _payload);
        return _buffer.Length;
    }

    [Benchmark]
    public int WriteAnswer()
    {
        _buffer.Clear();
        StreamChunk.Write(_buffer, FrameType.Output, FrameFlags.None, 42, _payload);
        _completed.Write(_buffer, 42, null);
        return _buffer.Length;
    }

    [Benchmark]
    public long ReadInvoke()
    {
        var bytes = _invoke;
        return FrameReader.TryRead(ref bytes, MaxPayloadBytes, out var frame) ? InvokeMessage.Read(frame.Payload).Input.Length : -1;
    }

    [Benchmark]
    public long ReadAnswer()
    {
        var bytes = _answer;
        var read = FrameReader.TryRead(ref bytes, MaxPayloadBytes, out var output);
        return read && FrameReader.TryRead(ref bytes, MaxPayloadBytes, out var completed) && CompletedMessage.Read(completed.Payload).Status == InvocationStatus.Ok
            ? output.Payload.Length
            : -1;
    }

    private byte[] Staged(Func<int> write)
    {
        write();
        return _buffer.WrittenMemory.ToArray();
    }
}
