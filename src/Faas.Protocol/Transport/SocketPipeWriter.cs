using System.Net.Sockets;

namespace Faas.Protocol.Transport;

/// <summary>Writes a socket.</summary>
internal sealed class SocketPipeWriter(Socket socket, SocketMode mode) : BufferedPipeWriter
{
    protected override ValueTask<int> SendAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken) =>
        mode == SocketMode.Blocking
            ? new ValueTask<int>(socket.Send(source.Span))
            : socket.SendAsync(source, SocketFlags.None, cancellationToken);
}
