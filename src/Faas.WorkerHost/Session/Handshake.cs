using Faas.Protocol.Framing;
using Faas.Protocol.Messages;
using Faas.Protocol.Transport;

namespace Faas.WorkerHost.Session;

/// <summary>The first frame each way, from the worker's side.</summary>
internal static class Handshake
{
    /// <summary>Introduces this worker and waits to be accepted.</summary>
    /// <returns>The supervisor's terms; null when it closed instead.</returns>
    /// <exception cref="ProtocolViolationException">The other side is no supervisor of this version.</exception>
    public static SupervisorHello? Perform(FrameConnection connection, WorkerHello hello)
    {
        using (var stage = connection.Stage())
        {
            hello.Write(stage.Buffer);
        }

        connection.Flush();
        // Work may follow the answer at once, even in the same read: only the first frame is taken here.
        if (connection.ReadFirstAsync(CancellationToken.None).GetAwaiter().GetResult() is not { } frame)
        {
            return null;
        }

        if (frame.Header.Type != FrameType.Hello)
        {
            throw new ProtocolViolationException(ProtocolError.UnexpectedFrame, $"{frame.Header.Type} before Hello");
        }

        return SupervisorHello.Read(frame.Payload);
    }
}
