using System.Collections.Concurrent;
using Faas.Protocol.Framing;
using Faas.Protocol.Transport;
using Faas.Supervisor.Loops;
using Faas.Supervisor.Options;

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

    private IngressServer(ITransportListener listener, IngressServices services, LoopSupervisor supervisor)
    {
        _listener = listener;
        _services = services;
        _accepting = supervisor.RunAsync("ingress connections", AcceptAsync, _stop.Token);
    }

    public string Path => _listener.Address;

    /// <exception cref="StartupFailureException">The socket cannot be opened.</exception>
    public static IngressServer Open(string runtimeDirectory, IngressServices services, LoopSupervisor supervisor)
    {
        try
        {
            return new IngressServer(LocalSocket.Listen(System.IO.Path.Combine(runtimeDirectory, RuntimeDirectory.IngressName)), services, supervisor);
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

    // Out of descriptors: the client that came is not answered, and the next one is when there are some again.
    private async Task AcceptAsync(CancellationToken stopping)
    {
        var serving = ServeAsync(new FrameConnection(await _listener.AcceptAsync(stopping)));
        _connections.TryAdd(serving, 0);
        _ = serving.ContinueWith(ended => _connections.TryRemove(ended, out _), TaskScheduler.Default);
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
        catch (OperationCanceledException)
        {
            // The server is ending, or the client said nothing.
        }
#pragma warning disable CA1031 // Nobody waits for it: whatever it is, this connection is over and the log says why.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            IngressLog.ConnectionEnded(_services.Logger, exception.Message);
        }
    }
}
