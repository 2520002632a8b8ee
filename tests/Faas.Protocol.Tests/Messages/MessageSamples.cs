using System.Buffers;
using System.Text;
using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;
using Faas.Protocol.Messages;

namespace Faas.Protocol.Tests.Messages;

/// <summary>For each vector: how this code writes the same frame, and how it reads it.</summary>
internal static class MessageSamples
{
    public const ulong Id = 0x1001;

    public static IReadOnlyDictionary<string, Sample> All { get; } = new Dictionary<string, Sample>
    {
        ["hello-worker"] = new(
            buffer => new WorkerHello(2, 4242, 8, (BackendCapabilities)0x1b, "wasmtime", "wasmtime 50.0.1", Token).Write(buffer),
            payload => WorkerHello.Read(payload).ToString()!),
        ["hello-supervisor"] = new(
            buffer => new SupervisorHello(262144).Write(buffer), payload => SupervisorHello.Read(payload).ToString()!),
        ["prepare"] = new(buffer => Prepare.Write(buffer), payload => PrepareMessage.Read(payload).ToString()!),
        ["release"] = new(buffer => SessionMessages.WriteRelease(buffer, 7), payload => $"{SessionMessages.ReadRelease(payload)}"),
        ["invoke"] = new(
            buffer => InvokeMessage.Write(buffer, Id, FrameFlags.EndOfInput, new InvokeMessage(7, 0, 1, 1, default, default), Strings("-v", "QUERY_STRING=a=1"), "ping"u8),
            payload => InvokeMessage.Read(payload).Handle.ToString(),
            EndsWithBytes: true),
        ["input"] = Chunk(FrameType.Input, FrameFlags.EndOfInput, "more"),
        ["output"] = Chunk(FrameType.Output, FrameFlags.None, "Hello\n"),
        ["error-output"] = Chunk(FrameType.ErrorOutput, FrameFlags.None, "oops\n"),
        ["completed"] = new(
            buffer => new CompletedMessage(InvocationStatus.FunctionFailed, StartKind.Cached, -3, 1_000_000_000, 250_000, 4_800, 131_072, default)
                .Write(buffer, Id, "exit code -3"),
            payload => CompletedMessage.Read(payload).Status.ToString(),
            EndsWithBytes: true),
        ["cancel"] = new(buffer => SessionMessages.WriteCancel(buffer, Id), ReadEmpty),
        ["window"] = new(buffer => new WindowMessage(131072).Write(buffer, Id), payload => WindowMessage.Read(payload).ToString()),
        ["ping"] = new(buffer => SessionMessages.WritePing(buffer, 1), payload => $"{SessionMessages.ReadPing(payload)}"),
        ["pong"] = new(
            buffer => new PongMessage(1, 3, 10_000, 2, 90_000, 5, 20_971_520).Write(buffer), payload => PongMessage.Read(payload).ToString()),
        ["drain"] = new(SessionMessages.WriteDrain, ReadEmpty),
    };

    public static byte[] Token { get; } = [.. Enumerable.Range(0, 32).Select(value => (byte)value)];

    public static PrepareMessage Prepare => new(
        7,
        ModuleKind.Wasm,
        InvocationLimits.Default,
        "hello_1760055556",
        "/data/hello.native",
        ["FAAS_FUNCTION=hello", "FAAS_ID=hello_1760055556"],
        new Dictionary<string, string> { ["isolation"] = "process" });

    public static byte[] Strings(params string[] values)
    {
        var buffer = new FrameBuffer();
        foreach (var value in values)
        {
            buffer.WriteString(value);
        }

        return buffer.WrittenMemory.ToArray();
    }

    private static Sample Chunk(FrameType type, FrameFlags flags, string text) => new(
        buffer => StreamChunk.Write(buffer, type, flags, Id, Encoding.UTF8.GetBytes(text)),
        payload => Encoding.UTF8.GetString(payload),
        EndsWithBytes: true,
        HasLayout: false);

    private static string ReadEmpty(ReadOnlySequence<byte> payload)
    {
        SessionMessages.ReadEmpty(payload);
        return "";
    }

    /// <param name="Write">Stages the frame of the vector.</param>
    /// <param name="Read">Decodes the payload.</param>
    /// <param name="EndsWithBytes">The payload's last field has whatever length is left.</param>
    /// <param name="HasLayout">False when the payload is nothing but bytes.</param>
    public sealed record Sample(
        Action<FrameBuffer> Write, Func<ReadOnlySequence<byte>, string> Read, bool EndsWithBytes = false, bool HasLayout = true);
}
