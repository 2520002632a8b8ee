using System.IO.Pipelines;
using Faas.Protocol.Transport;

namespace Faas.Simulation.Tests;

/// <summary>The supervisor's end of a connection: between taking a batch to write and writing it other threads may run.</summary>
internal sealed class PreemptedConnection(SimulatedWorld world, ITransportConnection inner) : ITransportConnection
{
    public PipeReader Input => inner.Input;

    public PipeWriter Output { get; } = new Writer(world, inner.Output);

    public void Dispose() => inner.Dispose();

    private sealed class Writer(SimulatedWorld world, PipeWriter inner) : PipeWriter
    {
        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
        {
            world.Preempt();
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
