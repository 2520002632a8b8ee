using System.Buffers;
using BenchmarkDotNet.Attributes;
using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;

namespace Faas.Microbenchmarks.Framing;

/// <summary>Every frame there is, with a usual payload: staged, and cut and read again.</summary>
public class FrameTypeBenchmarks
{
    private const int MaxPayloadBytes = 1024 * 1024;
    private const ulong Invocation = 42;

    private static readonly byte[] s_chunk = new byte[64];
    private static readonly WorkerHello s_hello = new(1, 4711, 16, BackendCapabilities.None, "wasmtime", "50.0.1", new byte[32]);
    private static readonly PrepareMessage s_prepare = new(
        7, ModuleKind.Wasm, InvocationLimits.Default, "hello_1760055556", "/var/lib/minifaas/functions/hello/module.cwasm", ["KEY=value"], new Dictionary<string, string>());

    private readonly FrameBuffer _buffer = new();
    private Action<FrameBuffer> _write = _ => { };
    private Func<ReadOnlySequence<byte>, long> _read = _ => 0;
    private ReadOnlySequence<byte> _frame;

    [ParamsAllValues]
    public FrameType Type { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        (Action<FrameBuffer> Write, Func<ReadOnlySequence<byte>, long> Read) codec = Type switch
        {
            FrameType.Hello => (s_hello.Write, payload => WorkerHello.Read(payload).Slots),
            FrameType.Prepare => (s_prepare.Write, payload => PrepareMessage.Read(payload).Handle),
            FrameType.Release => (buffer => SessionMessages.WriteRelease(buffer, 7), payload => SessionMessages.ReadRelease(payload)),
            FrameType.Invoke => (
                buffer => InvokeMessage.Write(buffer, Invocation, FrameFlags.EndOfInput, new InvokeMessage(7, 0, 0, 0, default, default), [], s_chunk),
                payload => InvokeMessage.Read(payload).Input.Length),
            FrameType.Input or FrameType.Output or FrameType.ErrorOutput => (
                buffer => StreamChunk.Write(buffer, Type, FrameFlags.None, Invocation, s_chunk), payload => payload.Length),
            FrameType.Completed => (
                buffer => new CompletedMessage(InvocationStatus.Ok, StartKind.Warm, 0, 1, 0, 5_000, 131_072, default).Write(buffer, Invocation, null),
                payload => (long)CompletedMessage.Read(payload).RunNanoseconds),
            FrameType.Cancel => (buffer => SessionMessages.WriteCancel(buffer, Invocation), ReadEmpty),
            FrameType.Window => (buffer => new WindowMessage(65_536).Write(buffer, Invocation), payload => WindowMessage.Read(payload).Bytes),
            FrameType.Ping => (buffer => SessionMessages.WritePing(buffer, 7), payload => (long)SessionMessages.ReadPing(payload)),
            FrameType.Pong => (buffer => new PongMessage(7, 1, 2, 3, 4, 5, 6).Write(buffer), payload => (long)PongMessage.Read(payload).Nonce),
            FrameType.Drain => (SessionMessages.WriteDrain, ReadEmpty),
            _ => throw new InvalidOperationException($"no benchmark for {Type}: a frame type was added"),
        };
        (_write, _read) = codec;
        Encode();
        _frame = new ReadOnlySequence<byte>(_buffer.WrittenMemory.ToArray());
        Decode();
    }

    [Benchmark]
    public int Encode()
    {
        _buffer.Clear();
        _write(_buffer);
        return _buffer.Length;
    }

    [Benchmark]
    public long Decode()
    {
        var bytes = _frame;
        return FrameReader.TryRead(ref bytes, MaxPayloadBytes, out var frame) && frame.Header.Type == Type
            ? _read(frame.Payload)
            : throw new InvalidOperationException("the frame does not come back as it was written");
    }

    private static long ReadEmpty(ReadOnlySequence<byte> payload)
    {
        SessionMessages.ReadEmpty(payload);
        return 0;
    }
}
