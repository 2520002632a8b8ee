using Faas.Protocol.Transport;

namespace Faas.Protocol.Tests.Transport;

/// <summary>The same over a transport of the catalog, whose ends meet at a path.</summary>
public abstract class ListeningFrameConnectionConformance(string name) : FrameConnectionConformance
{
    private readonly SocketPath _path = new();
    private ITransportListener? _listener;

    public override async ValueTask InitializeAsync()
    {
        var transport = TransportCatalog.Get(name);
        _listener = transport.Listen(_path.Value);
        var accept = _listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask();
        var connect = Task.Run(() => transport.Connect(_listener.Address));
        WorkerEnd = await Patience.Wait(connect, "the worker connects");
        SupervisorEnd = await Patience.Wait(accept, "the supervisor accepts");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _listener!.DisposeAsync();
        _path.Dispose();
        GC.SuppressFinalize(this);
    }
}
