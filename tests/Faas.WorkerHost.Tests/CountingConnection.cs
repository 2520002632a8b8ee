using System.IO.Pipelines;
using Faas.Protocol.Transport;

namespace Faas.WorkerHost.Tests;

/// <summary>Counts the writes to a connection: each would be a system call.</summary>
internal sealed class CountingConnection(ITransportConnection inner) : ITransportConnection
{
    private readonly CountingWriter _output = new(inner.Output);

    public int Count => Volatile.Read(ref _output.Writes);

    public PipeReader Input => inner.Input;

    public PipeWriter Output => _output;

    public void Dispose() => inner.Dispose();

    private sealed class CountingWriter(PipeWriter inner) : PipeWriter
    {
        public int Writes;

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref Writes);
            return inner.WriteAsync(source, cancellationToken);
        }

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);
    }
}
