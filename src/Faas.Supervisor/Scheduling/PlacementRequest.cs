namespace Faas.Supervisor.Scheduling;

/// <summary>What one invocation needs of a worker.</summary>
/// <param name="FunctionHash">Stable hash of the function, for HASH; any distribution, it is mixed again.</param>
/// <param name="Backend">Only workers with this engine (any case); null takes any.</param>
/// <param name="Limit">How many of this function may be in flight; null is no limit of its own.</param>
public readonly record struct PlacementRequest(uint FunctionHash, string? Backend = null, ConcurrencyLimit? Limit = null);
