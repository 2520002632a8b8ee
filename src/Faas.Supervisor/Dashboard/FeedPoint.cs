namespace Faas.Supervisor.Dashboard;

/// <summary>One second of the whole server.</summary>
/// <param name="Sample">What ended in it.</param>
/// <param name="Queued">Invocations that waited at its end.</param>
/// <param name="Running">Invocations that held a slot at its end.</param>
internal readonly record struct FeedPoint(ActivitySample Sample, int Queued, int Running);
