using Faas.Protocol.Transport;

namespace Faas.Simulation.Tests;

/// <summary>Where simulated workers connect. At times there is no descriptor left for one.</summary>
internal sealed class SimulatedListener(SimulatedWorld world, Func<bool> lacksDescriptors) : ITransportListener
{
    private readonly Queue<ITransportConnection> _waiting = new();
    private TaskCompletionSource<ITransportConnection>? _accepting;

    public string Address => "simulated";

    public void Offer(ITransportConnection connection) => world.Enqueue(Actor.Supervisor, "a connection comes", () =>
    {
        if (_accepting is { } accepting)
        {
            _accepting = null;
            accepting.SetResult(connection);
        }
        else
        {
            _waiting.Enqueue(connection);
        }
    });

    public ValueTask<ITransportConnection> AcceptAsync(CancellationToken cancellationToken)
    {
        world.CheckThread();
        if (_waiting.TryDequeue(out var connection))
        {
            if (lacksDescriptors())
            {
                connection.Dispose();
                throw new IOException("too many open files");
            }

            return new(connection);
        }

        _accepting = new TaskCompletionSource<ITransportConnection>();
        return new(_accepting.Task);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
