namespace NBomber.Contracts;

/// <summary>How calls come.</summary>
/// <param name="Count">Copies that are kept, or calls an interval.</param>
/// <param name="Interval">Null = copies that are kept.</param>
/// <param name="During">How long.</param>
public sealed record LoadSimulation(int Count, TimeSpan? Interval, TimeSpan During);
