using System.IO.Pipelines;

namespace Faas.Protocol.Transport;

/// <summary>
/// Bytes both ways. One reader and one writer at a time. Disposal closes both ways at once and ends pending calls;
/// any thread may call it, more than once.
/// </summary>
public interface ITransportConnection : IDuplexPipe, IDisposable;
