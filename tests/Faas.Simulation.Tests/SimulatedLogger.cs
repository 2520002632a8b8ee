using Microsoft.Extensions.Logging;

namespace Faas.Simulation.Tests;

/// <summary>What the supervisor logs goes into the history.</summary>
internal sealed class SimulatedLogger(SimulatedWorld world) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => world.Records;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        world.Note(Actor.Supervisor, $"logs: {formatter(state, exception)}{(exception is null ? "" : $" ({exception.GetType().Name}: {exception.Message})")}");
}
