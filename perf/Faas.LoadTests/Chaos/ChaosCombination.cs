using Faas.Protocol.Transport;
using Faas.Supervisor.Scheduling;

namespace Faas.LoadTests.Chaos;

/// <summary>What one server of a run is started with.</summary>
internal sealed record ChaosCombination(string Strategy, string Transport)
{
    /// <summary>Every strategy on every transport.</summary>
    public static IReadOnlyList<ChaosCombination> All { get; } =
        [.. from strategy in StrategyCatalog.Names from transport in TransportCatalog.Names select new ChaosCombination(strategy, transport)];

    /// <summary>As many as there is time for, in an order that the seed draws: each next one is of a strategy and a transport used least so far.</summary>
    public static IReadOnlyList<ChaosCombination> Draw(int seed, int count)
    {
        var left = All.ToArray();
        new Random(seed).Shuffle(left);
        var drawn = new List<ChaosCombination>();
        while (drawn.Count < Math.Min(count, All.Count))
        {
            drawn.Add(left.Except(drawn).MinBy(each => drawn.Count(other => other.Strategy == each.Strategy) + drawn.Count(other => other.Transport == each.Transport))!);
        }

        return drawn;
    }

    /// <summary><c>STRATEGY/TRANSPORT</c>; a side may be <c>*</c>.</summary>
    /// <exception cref="ArgumentException">Names none.</exception>
    public static IReadOnlyList<ChaosCombination> Parse(string text)
    {
        var parts = text.Split('/');
        var found = parts.Length == 2 ? All.Where(each => Matches(parts[0], each.Strategy) && Matches(parts[1], each.Transport)).ToArray() : [];
        return found.Length > 0
            ? found
            : throw new ArgumentException($"'{text}' names no combination: STRATEGY/TRANSPORT, of {string.Join(", ", StrategyCatalog.Names)} and {string.Join(", ", TransportCatalog.Names)}, or * for all");
    }

    public override string ToString() => $"{Strategy}/{Transport}";

    /// <summary>The seed of this combination in a run, the same whichever others run beside it.</summary>
    public int SeedIn(int seed)
    {
        // FNV-1a: HashCode is seeded anew in each process.
        var hash = 2166136261u ^ (uint)seed;
        foreach (var c in ToString())
        {
            hash = (hash ^ c) * 16777619u;
        }

        return (int)(hash & int.MaxValue);
    }

    private static bool Matches(string pattern, string name) => pattern == "*" || string.Equals(pattern, name, StringComparison.OrdinalIgnoreCase);
}
