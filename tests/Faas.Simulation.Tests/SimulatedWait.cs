using System.Threading.Tasks.Sources;

namespace Faas.Simulation.Tests;

/// <summary>A wait that ends at an instant, where the waiter's context says.</summary>
internal sealed class SimulatedWait : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core;

    public static ValueTask For(SimulatedWorld world, TimeSpan length)
    {
        var wait = new SimulatedWait();
        world.After(Actor.Supervisor, length, "a sink goes on", () => wait._core.SetResult(true));
        return new ValueTask(wait, wait._core.Version);
    }

    public void GetResult(short token) => _core.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
