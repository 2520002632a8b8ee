using Faas.Protocol.Transport;

namespace Faas.Microbenchmarks.Transport;

/// <summary>Both ends of a connection in this process; the far one, the worker's, belongs to a thread.</summary>
internal sealed class TransportPair : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly ITransportListener _listener;
    private readonly ITransportConnection _far;
    private readonly Task _farThread;

    private TransportPair(DirectoryInfo folder, ITransportListener listener, ITransportConnection near, ITransportConnection far, Func<ITransportConnection, Task> run)
    {
        _folder = folder;
        _listener = listener;
        Near = near;
        _far = far;
        _farThread = Task.Factory.StartNew(() => RunAsync(run), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
    }

    /// <summary>The supervisor's end.</summary>
    public ITransportConnection Near { get; }

    /// <param name="name">Of the transport.</param>
    /// <param name="run">What the far end does until the connection is closed.</param>
    public static async Task<TransportPair> ConnectAsync(string name, Func<ITransportConnection, Task> run)
    {
        var folder = Directory.CreateTempSubdirectory("mf-");
        var transport = TransportCatalog.Get(name);
        var listener = transport.Listen(Path.Combine(folder.FullName, "s"));
        var accepted = listener.AcceptAsync(CancellationToken.None);
        var far = transport.Connect(listener.Address);
        return new TransportPair(folder, listener, await accepted, far, run);
    }

    /// <summary>Consumes so many bytes as they come: no transport has to hold a megabyte.</summary>
    /// <returns>False when the connection ends before.</returns>
    public static async ValueTask<bool> TakeAsync(ITransportConnection connection, long bytes)
    {
        while (bytes > 0)
        {
            var read = await connection.Input.ReadAsync();
            bytes -= read.Buffer.Length;
            connection.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted && bytes > 0)
            {
                return false;
            }
        }

        return true;
    }

    public async ValueTask DisposeAsync()
    {
        Near.Dispose();
        _far.Dispose();
        await _farThread;
        await _listener.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task RunAsync(Func<ITransportConnection, Task> run)
    {
        try
        {
            await run(_far);
        }
        catch (Exception closed) when (closed is IOException or InvalidOperationException or ObjectDisposedException or OperationCanceledException or System.Net.Sockets.SocketException)
        {
            // Closed under the read.
        }
    }
}
