using System.IO.Pipelines;
using System.Net.Sockets;

namespace Faas.Protocol.Transport;

/// <summary>A stream socket as a pair of pipes without a pump between: a read is one receive, a flush is one send.</summary>
internal sealed class SocketConnection(Socket socket, SocketMode mode) : ITransportConnection
{
    private int _disposed;

    public PipeReader Input { get; } = new SocketPipeReader(socket, mode);

    public PipeWriter Output { get; } = new SocketPipeWriter(socket, mode);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Close(socket);
        }
    }

    /// <summary>Ends both ways, for threads that wait too.</summary>
    internal static void Close(Socket socket)
    {
        try
        {
            // Wakes a thread that is blocked in a receive; closing alone does not.
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (SocketException)
        {
            // The other side was first.
        }

        socket.Dispose();
    }
}
