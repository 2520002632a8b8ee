using Faas.LoadTests.Scenarios;
using Faas.LoadTests.Targets;

namespace Faas.LoadTests.Lab;

/// <summary>A load on which the replay's ranking of strategies is held against that of real servers.</summary>
internal sealed record AgreementCase
{
    public required string Name { get; init; }

    public required FunctionSource Function { get; init; }

    public required int Workers { get; init; }

    public required int Slots { get; init; }

    /// <summary>True: each worker has one processor of its own, which its invocations share.</summary>
    public bool PinsWorkers { get; init; }

    /// <summary>Share of what the pool can do.</summary>
    public required double Utilisation { get; init; }

    /// <summary>Half a percent of the calls is a quarter of the work. Microseconds and share.</summary>
    public static IReadOnlyList<(int Us, double Share)> HeavyTail { get; } = [(1_000, 0.955), (10_000, 0.04), (100_000, 0.005)];

    public static IReadOnlyList<AgreementCase> All { get; } =
    [
        // Slots are what runs out; the calls wait and disturb nobody.
        new() { Name = "waits", Function = FunctionSource.Wait, Workers = 4, Slots = 2, Utilisation = 0.6 },

        // Processors are what runs out: two workers with one each, as two machines would have.
        new() { Name = "computes", Function = FunctionSource.Spin, Workers = 2, Slots = 32, PinsWorkers = true, Utilisation = 0.55 },
    ];

    public ServerSettings Server(string strategy) => new() { Strategy = strategy, Workers = Workers, Slots = Slots };
}
