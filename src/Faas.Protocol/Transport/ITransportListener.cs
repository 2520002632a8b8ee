namespace Faas.Protocol.Transport;

/// <summary>The supervisor's end before anybody has connected. Disposal removes the socket file.</summary>
public interface ITransportListener : IAsyncDisposable
{
    /// <summary>What a worker passes to <see cref="ITransport.Connect"/>.</summary>
    string Address { get; }

    /// <summary>The next connection. One call at a time.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, or the listener was disposed meanwhile.</exception>
    /// <exception cref="ObjectDisposedException">The listener was disposed before.</exception>
    /// <exception cref="IOException">This one cannot be had; the next one may.</exception>
    ValueTask<ITransportConnection> AcceptAsync(CancellationToken cancellationToken);
}
