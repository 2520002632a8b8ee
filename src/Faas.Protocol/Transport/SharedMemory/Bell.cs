using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Faas.Protocol.Transport.SharedMemory;

/// <summary>One end of a socket whose bytes say nothing but "look again", and whose end says that the other side is gone.</summary>
internal sealed class Bell(Socket socket, SocketMode mode) : IDisposable
{
    private readonly byte[] _heard = new byte[16]; // rings that nobody waited for are heard together
    private int _disposed;

    /// <summary>Never waits: a bell that is full of rings which the other side has not heard needs no further one.</summary>
    /// <returns>False when the other side is gone.</returns>
    public unsafe bool TryRing()
    {
        byte ring = 1;
        try
        {
            return TransportNativeMethods.send(socket.SafeHandle, &ring, sizeof(byte), TransportNativeMethods.MSG_DONTWAIT | TransportNativeMethods.MSG_NOSIGNAL) == sizeof(byte)
                || Marshal.GetLastPInvokeError() == TransportNativeMethods.EAGAIN;
        }
        catch (ObjectDisposedException)
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
