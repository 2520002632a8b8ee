using System.Net.Sockets;

namespace Faas.Protocol.Transport;

/// <summary>Reads a socket: a read is one receive.</summary>
internal sealed class SocketPipeReader(Socket socket, SocketMode mode) : BufferedPipeReader
{
    protected override ValueTask<int> ReceiveAsync(Memory<byte> destination, CancellationToken cancellationToken) =>
        mode == SocketMode.Blocking
            ? new ValueTask<int>(BlockingReceive.Receive(socket, destination.Span))
            : socket.ReceiveAsync(destination, SocketFlags.None, cancellationToken);
}
