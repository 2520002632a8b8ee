using System.IO.Pipelines;
using System.Net.Sockets;

namespace Faas.Protocol.Transport;

/// <summary>Unix stream sockets through Pipelines.Sockets.Unofficial, to compare with.</summary>
internal sealed class UnofficialPipelinesTransport : ITransport
{
    public string Name => TransportCatalog.Unofficial;

    public ITransportListener Listen(string address) => new UnixSocketListener(address, Wrap);

    public ITransportConnection Connect(string address) => Wrap(UnixSocketListener.Connect(address));

    private static Connection Wrap(Socket socket) => new(Pipelines.Sockets.Unofficial.SocketConnection.Create(socket));

    private sealed class Connection(Pipelines.Sockets.Unofficial.SocketConnection inner) : ITransportConnection
    {
        public PipeReader Input => inner.Input;

        public PipeWriter Output => inner.Output;

        public void Dispose() => inner.Dispose();
    }
}
