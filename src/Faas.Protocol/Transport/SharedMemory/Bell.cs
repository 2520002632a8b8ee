using System.Net.Sockets;

namespace Faas.Protocol.Transport.SharedMemory;

/// <summary>One end of a socket whose bytes say nothing but "look again", and whose end says that the other side is gone.</summary>
internal sealed class Bell(Socket socket, SocketMode mode) : IDisposable
{
    private static readonly byte[] s_ring = [1];

    private readonly byte[] _heard = new byte[16]; // rings that nobody waited for are heard together
    private int _disposed;

    /// <returns>False when the other side is gone.</returns>
    public bool TryRing()
    {
        try
        {
            return socket.Send(s_ring) == s_ring.Length;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Waits for the other side to ring. One waiter at a time.</summary>
    /// <returns>0 when it is gone; a reset throws what sockets throw.</returns>
    public ValueTask<int> HearAsync(CancellationToken cancellationToken) => mode == SocketMode.Blocking
        ? new ValueTask<int>(BlockingReceive.Receive(socket, _heard))
        : socket.ReceiveAsync(_heard, SocketFlags.None, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            SocketConnection.Close(socket);
        }
    }
}
