namespace Faas.Simulation.Tests;

/// <summary>An invariant does not hold. Thrown only to leave a loop that would not end by itself; else <see cref="SimulatedWorld.Fail"/> notes it.</summary>
public sealed class SimulationFailureException(string message) : Exception(message);
