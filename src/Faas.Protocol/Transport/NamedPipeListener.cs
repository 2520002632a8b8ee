using System.IO.Pipes;

namespace Faas.Protocol.Transport;

/// <summary>A named pipe has one server object a connection: the next one is made before the last is handed out.</summary>
internal sealed class NamedPipeListener : ITransportListener
{
    private NamedPipeServerStream _next;

    public NamedPipeListener(string address)
    {
        Address = address;
        File.Delete(address);
        _next = Create();
    }

    public string Address { get; }

    public async ValueTask<ITransportConnection> AcceptAsync(CancellationToken cancellationToken)
    {
        var stream = _next;
        await stream.WaitForConnectionAsync(cancellationToken).ConfigureAwait(false);
        _next = Create();
        return new StreamConnection(stream);
    }

    public async ValueTask DisposeAsync()
    {
        await _next.DisposeAsync().ConfigureAwait(false);
        File.Delete(Address);
    }

    private NamedPipeServerStream Create() => new(
        Address,
        PipeDirection.InOut,
        NamedPipeServerStream.MaxAllowedServerInstances,
        PipeTransmissionMode.Byte,
        PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
}
