using System.Net.Sockets;

namespace Faas.Protocol.Transport;

/// <summary>Unix stream sockets: asynchronous on the supervisor's side, blocking on the worker's.</summary>
internal sealed class UnixSocketTransport : ITransport
{
    public string Name => TransportCatalog.Unix;

    public ITransportListener Listen(string address) =>
        new UnixSocketListener(address, socket => new SocketConnection(socket, SocketMode.Asynchronous));

    public ITransportConnection Connect(string address) =>
        new SocketConnection(UnixSocketListener.Connect(address), SocketMode.Blocking);
}
