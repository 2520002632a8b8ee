using Faas.Protocol.Framing;

namespace Faas.Protocol.Messages;

/// <summary>What a client of the ingress socket says.</summary>
public static class IngressFrames
{
    /// <param name="buffer">Where to.</param>
    /// <param name="windowBytes">Bytes of one output that may be under way.</param>
    public static void WriteHello(FrameBuffer buffer, uint windowBytes) => new SupervisorHello(windowBytes).Write(buffer);

    /// <summary>Stages an Invoke.</summary>
    /// <param name="buffer">Where to.</param>
    /// <param name="id">Not 0, and not under way on this connection.</param>
    /// <param name="function">Name or id.</param>
    /// <param name="arguments">Of the function.</param>
    /// <param name="input">First bytes of the input, at most <see cref="InvokeMessage.MaxInlineInputBytes"/>.</param>
    /// <param name="flags"><see cref="FrameFlags.EndOfInput"/> when these are all.</param>
    public static void WriteInvoke(
        FrameBuffer buffer, ulong id, string function, IReadOnlyList<string> arguments, ReadOnlySpan<byte> input, FrameFlags flags)
    {
        var strings = new FrameBuffer();
        strings.WriteString(function);
        foreach (var argument in arguments)
        {
            strings.WriteString(argument);
        }

        InvokeMessage.Write(buffer, id, flags, new InvokeMessage(0, 0, arguments.Count + 1, 0, default, default), strings.WrittenMemory.Span, input);
    }
}
