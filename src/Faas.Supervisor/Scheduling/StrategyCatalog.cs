using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Faas.Supervisor.Scheduling;

/// <summary>The strategies this build knows, by name. One line a strategy.</summary>
public static class StrategyCatalog
{
    private static readonly FrozenDictionary<string, Func<Random, ISchedulingStrategy>> s_factories =
        new Dictionary<string, Func<Random, ISchedulingStrategy>>
        {
            [StrategyNames.RoundRobin] = static _ => new RoundRobinStrategy(),
            [StrategyNames.Fifo] = static _ => new FifoStrategy(),
            [StrategyNames.Weighted] = static _ => new WeightedStrategy(),
            [StrategyNames.LeastLoaded] = static random => new LeastLoadedStrategy(random),
            [StrategyNames.PowerOfTwoChoices] = static random => new PowerOfTwoChoicesStrategy(random),
            [StrategyNames.BoundedHash] = static _ => new BoundedHashStrategy(),
        }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Known names in the order they are documented.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        StrategyNames.RoundRobin, StrategyNames.Fifo, StrategyNames.Weighted,
        StrategyNames.LeastLoaded, StrategyNames.PowerOfTwoChoices, StrategyNames.BoundedHash,
    ];

    /// <summary>Finds the upper-case name of a strategy; false when there is none.</summary>
    public static bool TryGetName(string? name, [NotNullWhen(true)] out string? canonical)
    {
        canonical = name is not null && s_factories.ContainsKey(name) ? name.ToUpperInvariant() : null;
        return canonical is not null;
    }

    /// <summary>Creates a strategy for one set of workers.</summary>
    /// <param name="name">Any case.</param>
    /// <param name="random">Its source of randomness; used under the scheduler's lock only.</param>
    /// <exception cref="ArgumentException">The name is unknown; the message lists the known ones.</exception>
    public static ISchedulingStrategy Create(string name, Random random) =>
        s_factories.TryGetValue(name, out Func<Random, ISchedulingStrategy>? factory)
            ? factory(random)
            : throw new ArgumentException($"unknown strategy '{name}'; known: {string.Join(", ", Names)}", nameof(name));
}
