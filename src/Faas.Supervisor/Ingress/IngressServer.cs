using System.Collections.Concurrent;
using Faas.Protocol.Framing;
using Faas.Protocol.Transport;
using Faas.Supervisor.Hosting;

namespace Faas.Supervisor.Ingress;

/// <summary>
/// The door for programs of this user on this machine: invocations as frames over a Unix socket, without HTTP (docs/PROTOCOL.md, "The ingress
/// socket"). Behind it are the same store, scheduler and workers.
/// </summary>
internal sealed class IngressServer : IAsyncDisposable
{
    private readonly ITransportListener _listener;
    private readonly IngressServices _services;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Task, byte> _connections = new();
    private readonly Task _accepting;
    private int _disposed;

    private IngressServer(ITransportListener listener, IngressServices services)
    {
        _listener = listener;
        _services = services;
        _accepting = AcceptLoopAsync();
    }

    public string Path => _listener.Address;

    /// <exception cref="StartupFailureException">The socket cannot be opened.</exception>
    public static IngressServer Open(string runtimeDirectory, IngressServices services)
    {
        try
        {
            return new IngressServer(LocalSocket.Listen(System.IO.Path.Combine(runtimeDirectory, RuntimeDirectory.IngressName)), services);
        }
        catch (IOException exception)
        {
            throw new StartupFailureException(exception.Message, "choose another folder with --runtime-dir DIR, or start with --no-ingress", innerException: exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stop.CancelAsync();
        await _accepting;
        await _listener.DisposeAsync();
        await Task.WhenAll(_connections.Keys);
        _stop.Dispose();
    }

    private async Task AcceptLoopAsync()
    {
        try
        {
            while (true)
            {
                var serving = ServeAsync(new FrameConnection(await _listener.AcceptAsync(_stop.Token)));
                _connections.TryAdd(serving, 0);
                _ = serving.ContinueWith(ended => _connections.TryRemove(ended, out _), TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException)
        {
            // The server is ending.
        }
    }

    private async Task ServeAsync(FrameConnection frames)
    {
        try
        {
            using (frames)
            {
                await new IngressConnection(frames, _services).RunAsync(_stop.Token);
            }
        }
        catch (ProtocolViolationException violation)
        {
            IngressLog.ConnectionEnded(_services.Logger, violation.Message);
        }
        catch (OperationCanceledException)
        {
            // The server is ending, or the client said nothing.
        }
    }
}
