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
        SupervisorHello? answer = null;
        while (answer is null)
        {
            if (!connection.ReadBatch(Handle))
            {
                return null;
            }
        }

        return answer;

        void Handle(in Frame frame)
        {
            if (answer is not null || frame.Header.Type != FrameType.Hello)
            {
                throw new ProtocolViolationException(ProtocolError.UnexpectedFrame, $"{frame.Header.Type} before Hello");
            }

            answer = SupervisorHello.Read(frame.Payload);
        }
    }
}
