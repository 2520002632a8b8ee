using System.IO.Pipes;

namespace Faas.Protocol.Transport;

/// <summary>A named pipe has one server object a connection: the next one is made before the last is handed out.</summary>
internal sealed class NamedPipeListener : ITransportListener
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private NamedPipeServerStream _next;
    private bool _disposed;

    public NamedPipeListener(string address)
    {
        Address = address;
        try
        {
            File.Delete(address);
            _next = Create();
            if (!OperatingSystem.IsWindows())
            {
                // CurrentUserOnly turns others away after they have connected; the mode does not let them.
                File.SetUnixFileMode(address, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            _next?.Dispose(); // else nobody could listen under this name again in this process
            throw new IOException($"cannot listen on {address}: {exception.Message}", exception);
        }
    }

    public string Address { get; }

    public async ValueTask<ITransportConnection> AcceptAsync(CancellationToken cancellationToken)
    {
        NamedPipeServerStream stream;
        CancellationTokenSource either;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            stream = _next;
            either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        }

        using (either)
        {
            await stream.WaitForConnectionAsync(either.Token).ConfigureAwait(false);
        }

        lock (_gate)
        {
            // Making the next one after the disposal would bring the socket file back.
            if (_disposed)
            {
                stream.Dispose();
                throw new OperationCanceledException("the listener was disposed");
            }

            _next = Create();
        }

        return new StreamConnection(stream);
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _next.DisposeAsync().ConfigureAwait(false);
        File.Delete(Address);
        _stop.Dispose();
    }

    private NamedPipeServerStream Create() => new(
        Address,
        PipeDirection.InOut,
        NamedPipeServerStream.MaxAllowedServerInstances,
        PipeTransmissionMode.Byte,
        PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
}
