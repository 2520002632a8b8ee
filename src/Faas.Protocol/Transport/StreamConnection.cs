using System.IO.Pipelines;

namespace Faas.Protocol.Transport;

/// <summary>Any duplex stream as a connection.</summary>
internal sealed class StreamConnection(Stream stream) : ITransportConnection
{
    private int _disposed;

    public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

    public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            stream.Dispose();
        }
    }
}
