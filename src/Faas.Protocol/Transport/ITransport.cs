namespace Faas.Protocol.Transport;

/// <summary>
/// A way for supervisor and worker to exchange bytes on one machine. The plug-in point of docs/PROTOCOL.md
/// "Transports": a class here, one line in <see cref="TransportCatalog"/>.
/// </summary>
public interface ITransport
{
    /// <summary>Name as used by <c>--transport</c>.</summary>
    string Name { get; }

    /// <summary>Opens the supervisor's end.</summary>
    /// <param name="address">Path of the socket; a stale one is replaced.</param>
    /// <exception cref="IOException">The path cannot be listened on.</exception>
    ITransportListener Listen(string address);

    /// <summary>
    /// Opens a worker's end. Its reads and writes may block the calling thread and then complete synchronously:
    /// a worker's threads are its own.
    /// </summary>
    /// <exception cref="IOException">Nobody listens.</exception>
    ITransportConnection Connect(string address);
}
