using System.Net.Sockets;

namespace Faas.Protocol.Transport;

/// <summary>
/// A Unix stream socket for programs of one user: the file has mode 0600, and who connects is asked for besides (SO_PEERCRED, unix(7)), so
/// that a socket file whose mode somebody widened still lets nobody else in.
/// </summary>
public static class LocalSocket
{
    // SOL_SOCKET and SO_PEERCRED of Linux; the answer is struct ucred: pid, uid, gid, 32 bits each.
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;
    private const int CredentialsBytes = 12;
    private const int UserIdOffset = 4;
    private const uint Root = 0;

    /// <summary>Opens the server's end; connections of other users than this process's and root are closed at once.</summary>
    /// <exception cref="IOException">The path cannot be listened on.</exception>
    public static ITransportListener Listen(string path) => new UnixSocketListener(path, Accept);

    /// <summary>Opens a client's end, for asynchronous use.</summary>
    /// <exception cref="IOException">Nobody listens.</exception>
    public static ITransportConnection Connect(string path) => new SocketConnection(UnixSocketListener.Connect(path), SocketMode.Asynchronous);

    /// <summary>True when a user may use the socket of another.</summary>
    internal static bool IsAllowed(uint peer, uint owner) => peer == owner || peer == Root;

    private static SocketConnection Accept(Socket socket)
    {
        var connection = new SocketConnection(socket, SocketMode.Asynchronous);
        Span<byte> credentials = stackalloc byte[CredentialsBytes];
        socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials);
        if (!IsAllowed(BitConverter.ToUInt32(credentials[UserIdOffset..]), TransportNativeMethods.geteuid()))
        {
            // The reader finds it closed; there is nobody to explain it to.
            connection.Dispose();
        }

        return connection;
    }
}
