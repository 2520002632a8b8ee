using System.Buffers;
using Faas.Protocol.Framing;

namespace Faas.Protocol.Messages;

/// <summary>
/// Start of an invocation:
/// <c>u32 handle | u32 timeoutMs | u16 arguments | u16 variables | {u32 length, bytes} each | first bytes of input</c>.
/// </summary>
/// <param name="Handle">The function, as announced by Prepare.</param>
/// <param name="TimeoutMilliseconds">0: the function's own timeout.</param>
/// <param name="ArgumentCount">Number of arguments at the front of <paramref name="Strings"/>.</param>
/// <param name="EnvironmentCount">Number of <c>KEY=VALUE</c> entries after them.</param>
/// <param name="Strings">Arguments and entries, each after its length. Borrowed.</param>
/// <param name="Input">First bytes of standard input. Borrowed.</param>
public readonly record struct InvokeMessage(
    uint Handle,
    uint TimeoutMilliseconds,
    int ArgumentCount,
    int EnvironmentCount,
    ReadOnlySequence<byte> Strings,
    ReadOnlySequence<byte> Input)
{
    /// <summary>Largest part of the input that travels inside the Invoke frame: one chunk.</summary>
    public const int MaxInlineInputBytes = StreamChunk.MaxBytes;

    /// <summary>Stages the frame.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="invocationId">The new invocation.</param>
    /// <param name="flags"><see cref="FrameFlags.EndOfInput"/> when <paramref name="input"/> is all of it.</param>
    /// <param name="message">The numbers; its sequences are not sent.</param>
    /// <param name="strings">Arguments and entries, each after its length (<see cref="FrameBuffer.WriteBlob"/>).</param>
    /// <param name="input">At most <see cref="MaxInlineInputBytes"/>.</param>
    /// <exception cref="OverflowException">More than 65,535 arguments or entries; nothing is staged.</exception>
    public static void Write(
        FrameBuffer buffer,
        ulong invocationId,
        FrameFlags flags,
        in InvokeMessage message,
        ReadOnlySpan<byte> strings,
        ReadOnlySpan<byte> input)
    {
        var (arguments, variables) = (checked((ushort)message.ArgumentCount), checked((ushort)message.EnvironmentCount));
        buffer.BeginFrame(FrameType.Invoke, flags, invocationId);
        buffer.WriteUInt32(message.Handle);
        buffer.WriteUInt32(message.TimeoutMilliseconds);
        buffer.WriteUInt16(arguments);
        buffer.WriteUInt16(variables);
        buffer.Write(strings);
        buffer.Write(input);
        buffer.EndFrame();
    }

    /// <summary>Reads the payload.</summary>
    /// <exception cref="ProtocolViolationException">The payload does not have this layout.</exception>
    public static InvokeMessage Read(ReadOnlySequence<byte> payload)
    {
        var reader = new PayloadReader(payload);
        var handle = reader.ReadUInt32();
        var timeout = reader.ReadUInt32();
        var arguments = reader.ReadUInt16();
        var variables = reader.ReadUInt16();
        var strings = reader.Rest();
        for (var i = arguments + variables; i > 0; i--)
        {
            reader.ReadBlob();
        }

        var input = reader.Rest();
        return new InvokeMessage(
            handle, timeout, arguments, variables, strings.Slice(0, strings.Length - input.Length), input);
    }
}
