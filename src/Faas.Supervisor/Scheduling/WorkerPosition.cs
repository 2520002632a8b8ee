namespace Faas.Supervisor.Scheduling;

/// <summary>A position of the pool as planned at start, before any process fills it.</summary>
/// <param name="Backend">Engine of the worker that is expected here.</param>
/// <param name="Slots">Invocations it will run at once; at least 1. What the worker announces replaces it.</param>
/// <param name="Weight">Share for WEIGHTED; above 0.</param>
public readonly record struct WorkerPosition(string Backend, int Slots, double Weight = 1);
