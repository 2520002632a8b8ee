namespace Faas.Protocol.Transport;

/// <summary>How a <see cref="SocketConnection"/> waits.</summary>
internal enum SocketMode
{
    /// <summary>Calls complete later, on the thread pool.</summary>
    Asynchronous,

    /// <summary>Calls block the calling thread and return completed.</summary>
    Blocking,
}
