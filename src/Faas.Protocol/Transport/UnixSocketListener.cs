using System.Net.Sockets;

namespace Faas.Protocol.Transport;

/// <summary>Listens on a Unix stream socket; what an accepted socket becomes is the transport's business.</summary>
internal sealed class UnixSocketListener : ITransportListener
{
    // Workers connect once each; a burst is the whole pool starting.
    private const int Backlog = 256;

    // Only the user of the supervisor may connect, whatever its umask and the folder around it allow.
    private const UnixFileMode SocketMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Socket _socket;
    private readonly Func<Socket, ITransportConnection> _wrap;

    public UnixSocketListener(string address, Func<Socket, ITransportConnection> wrap)
    {
        Address = address;
        _wrap = wrap;
        _socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(address);
            _socket.Bind(new UnixDomainSocketEndPoint(address));
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(address, SocketMode);
            }

            _socket.Listen(Backlog);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            _socket.Dispose();
            throw new IOException($"cannot listen on {address}: {exception.Message}", exception);
        }
    }

    public string Address { get; }

    public static Socket Connect(string address)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(address));
            return socket;
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new IOException($"cannot connect to {address}: {exception.Message}", exception);
        }
    }

    public async ValueTask<ITransportConnection> AcceptAsync(CancellationToken cancellationToken)
    {
        try
        {
            return _wrap(await _socket.AcceptAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.OperationAborted)
        {
            throw new OperationCanceledException("the listener was disposed", exception);
        }
        catch (SocketException exception)
        {
            throw new IOException($"cannot accept a connection: {exception.Message}", exception);
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        try
        {
            File.Delete(Address);
        }
        catch (DirectoryNotFoundException)
        {
            // It has gone with its folder.
        }

        return ValueTask.CompletedTask;
    }
}
