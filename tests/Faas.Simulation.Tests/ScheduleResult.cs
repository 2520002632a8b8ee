namespace Faas.Simulation.Tests;

/// <summary>What became of one schedule.</summary>
/// <param name="Seed">Which.</param>
/// <param name="Plan">What it was about.</param>
/// <param name="Failure">The invariant that does not hold; null when all do.</param>
/// <param name="Steps">Steps taken.</param>
/// <param name="Hash">Of every choice: the same for the same seed.</param>
/// <param name="History">A line for each step, when they were asked for.</param>
internal sealed record ScheduleResult(int Seed, SchedulePlan Plan, string? Failure, int Steps, ulong Hash, IReadOnlyList<string> History);
