using System.IO.Pipelines;

namespace Faas.Protocol.Transport;

/// <summary>Two connected ends inside one process, for tests and for measuring what is above the transport.</summary>
public static class InMemoryTransport
{
    /// <summary>Makes the two ends.</summary>
    public static (ITransportConnection Supervisor, ITransportConnection Worker) CreatePair()
    {
        var up = new Pipe();
        var down = new Pipe();
        return (new End(up.Reader, down.Writer), new End(down.Reader, up.Writer));
    }

    private sealed class End(PipeReader input, PipeWriter output) : ITransportConnection
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;

        public void Dispose()
        {
            output.Complete();
            input.CancelPendingRead();
        }
    }
}
