using System.IO.Pipes;

namespace Faas.Protocol.Transport;

/// <summary>Named pipes of System.IO.Pipes; on Linux a Unix socket at the path given.</summary>
internal sealed class NamedPipeTransport : ITransport
{
    // The supervisor listens before it starts a worker: nobody answering within this time means it is gone.
    private const int ConnectTimeoutMilliseconds = 5_000;

    public string Name => "pipe";

    public ITransportListener Listen(string address) => new NamedPipeListener(address);

    public ITransportConnection Connect(string address)
    {
        var stream = new NamedPipeClientStream(".", address, PipeDirection.InOut, PipeOptions.Asynchronous);
        try
        {
            stream.Connect(ConnectTimeoutMilliseconds);
            return new StreamConnection(stream);
        }
        catch (TimeoutException exception)
        {
            stream.Dispose();
            throw new IOException($"cannot connect to {address}: nobody listens", exception);
        }
    }
}
