namespace Faas.Simulation.Tests;

/// <summary>What a simulated sink throws.</summary>
internal sealed class SinkException() : Exception("the client's connection broke");
