using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Faas.Protocol.Contracts;
using Faas.Protocol.Framing;

namespace Faas.Protocol.Messages;

/// <summary>
/// The end of an invocation:
/// <c>u8 status | u8 start | u16 zero | i32 exitCode | u64 startedAt | u64 loadNs | u64 runNs | u64 peakMemory | message</c>.
/// </summary>
/// <param name="Status">How it ended.</param>
/// <param name="Start">What had to be made ready.</param>
/// <param name="ExitCode">The guest's exit code.</param>
/// <param name="StartedAt">
/// When the worker took it up, ns of CLOCK_MONOTONIC, which all processes of a machine share; 0 when it was not started.
/// </param>
/// <param name="LoadNanoseconds">Making the function ready in this worker.</param>
/// <param name="RunNanoseconds">From instance to end.</param>
/// <param name="PeakMemoryBytes">0 when the backend cannot tell.</param>
/// <param name="Message">UTF-8 words, may be empty. Borrowed.</param>
public readonly record struct CompletedMessage(
    InvocationStatus Status,
    StartKind Start,
    int ExitCode,
    ulong StartedAt,
    ulong LoadNanoseconds,
    ulong RunNanoseconds,
    ulong PeakMemoryBytes,
    ReadOnlySequence<byte> Message)
{
    /// <summary>Longest message: one chunk. What a language says about an uncaught exception can be of any length.</summary>
    public const int MaxMessageBytes = StreamChunk.MaxBytes;

    /// <summary>
    /// Stages the frame; <see cref="Message"/> is not sent, <paramref name="text"/> is, cut off at <see cref="MaxMessageBytes"/>.
    /// </summary>
    public void Write(FrameBuffer buffer, ulong invocationId, string? text)
    {
        buffer.BeginFrame(FrameType.Completed, FrameFlags.None, invocationId);
        buffer.WriteByte((byte)Status);
        buffer.WriteByte((byte)Start);
        buffer.WriteUInt16(0);
        buffer.WriteUInt32((uint)ExitCode);
        buffer.WriteUInt64(StartedAt);
        buffer.WriteUInt64(LoadNanoseconds);
        buffer.WriteUInt64(RunNanoseconds);
        buffer.WriteUInt64(PeakMemoryBytes);
        if (text is not null)
        {
            var room = Math.Min(Encoding.UTF8.GetMaxByteCount(text.Length), MaxMessageBytes);
            Utf8.FromUtf16(text, buffer.GetSpan(room)[..room], out _, out var length);
            buffer.Advance(length);
        }

        buffer.EndFrame();
    }

    /// <summary>Reads the payload.</summary>
    /// <exception cref="ProtocolViolationException">The payload does not have this layout.</exception>
    public static CompletedMessage Read(ReadOnlySequence<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var status = (InvocationStatus)reader.ReadByte();
        var start = (StartKind)reader.ReadByte();
        var zero = reader.ReadUInt16();
        if (status > InvocationStatus.Refused || start > StartKind.Cold || zero != 0)
        {
            ProtocolViolationException.Throw(
                ProtocolError.MalformedPayload, $"status {(byte)status}, start {(byte)start}, zero {zero}");
        }

        return new CompletedMessage(
            status,
            start,
            (int)reader.ReadUInt32(),
            reader.ReadUInt64(),
            reader.ReadUInt64(),
            reader.ReadUInt64(),
            reader.ReadUInt64(),
            reader.Rest());
    }
}
