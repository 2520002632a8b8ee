using Faas.Protocol.Framing;
using Faas.Protocol.Messages;

namespace Faas.Load;

/// <summary>Builds requests to an ingress socket once, as the bytes that go to it.</summary>
public static class IngressRequestBytes
{
    /// <summary>The frames of one invocation of a function by name or id, all of its input included.</summary>
    /// <exception cref="NotSupportedException">The input is longer than may be sent without waiting for the server's window.</exception>
    public static byte[] Invoke(string function, ReadOnlySpan<byte> input)
    {
        if (input.Length > InvokeMessage.MaxInlineInputBytes)
        {
            throw new NotSupportedException($"load --ingress sends at most {InvokeMessage.MaxInlineInputBytes} bytes of input");
        }

        var frames = new FrameBuffer();
        IngressFrames.WriteInvoke(frames, 1, function, [], input, FrameFlags.EndOfInput);
        return frames.WrittenMemory.ToArray();
    }
}
