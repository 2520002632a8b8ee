using System.IO.Pipelines;

namespace Faas.Protocol.Transport;

/// <summary>Two connected ends inside one process, for tests and for measuring what is above the transport.</summary>
public static class InMemoryTransport
{
    /// <summary>Makes the two ends.</summary>
    public static (ITransportConnection Supervisor, ITransportConnection Worker) CreatePair() => CreatePair(PipeOptions.Default, PipeOptions.Default);

    /// <summary>Makes the two ends over pipes that run their continuations, and hold writers up, as the caller says.</summary>
    /// <param name="upwards">Of the pipe that the supervisor reads.</param>
    /// <param name="downwards">Of the pipe that the worker reads.</param>
    public static (ITransportConnection Supervisor, ITransportConnection Worker) CreatePair(PipeOptions upwards, PipeOptions downwards)
    {
        var up = new Pipe(upwards);
        var down = new Pipe(downwards);
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
