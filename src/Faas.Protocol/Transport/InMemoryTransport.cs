using System.IO.Pipelines;

namespace Faas.Protocol.Transport;

/// <summary>Two connected ends inside one process, for tests and for measuring what is above the transport.</summary>
public static class InMemoryTransport
{
    /// <summary>Makes the two ends.</summary>
    public static (ITransportConnection Supervisor, ITransportConnection Worker) CreatePair()
    {
        var up = new Pipe();
        var down = new Pipe();
        return (new End(up.Reader, down.Writer), new End(down.Reader, up.Writer));
    }

    private sealed class End(PipeReader input, PipeWriter output) : ITransportConnection
    {
        private readonly InMemoryPipeReader _input = new(input);
        private int _disposed;

        public PipeReader Input => _input;

        public PipeWriter Output => output;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                // Ends a flush of this side that waits for room, then the reads of both.
                output.CancelPendingFlush();
                output.Complete();
                _input.Dispose();
            }
        }
    }
}
