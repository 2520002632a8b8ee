using Faas.Scenarios;
using Faas.Scenarios.Targets;

namespace Faas.LoadTests.Lab;

/// <summary>A load on which the replay's ranking of strategies is held against that of real servers.</summary>
internal sealed record AgreementCase
{
    public required string Name { get; init; }

    public required FunctionSource Function { get; init; }

    /// <summary>What a call takes, in microseconds, and the share of such calls.</summary>
    public required IReadOnlyList<(int Us, double Share)> Durations { get; init; }

    public required int Workers { get; init; }

    public required int Slots { get; init; }

    /// <summary>True: each worker has one processor of its own, which its invocations share.</summary>
    public bool PinsWorkers { get; init; }

    /// <summary>
    /// Share of the time that the first worker is kept stopped; 0 = it is as fast as the others. The load is recorded on
    /// equal workers all the same, and the replay told by how much this one is slower: what if one of them were?
    /// </summary>
    public double SlowFirstWorker { get; init; }

    /// <summary>Share of what the pool can do with equal workers.</summary>
    public required double Utilisation { get; init; }

    /// <summary>Half a percent of the calls is a quarter of the work.</summary>
    private static readonly (int Us, double Share)[] s_heavyTail = [(1_000, 0.955), (10_000, 0.04), (100_000, 0.005)];

    /// <summary>All alike: being stopped adds to a call instead of multiplying it, which for one length is the same.</summary>
    private static readonly (int Us, double Share)[] s_uniform = [(2_000, 1.0)];

    public static IReadOnlyList<AgreementCase> All { get; } =
    [
        // Slots are what runs out; the calls wait and disturb nobody.
        new() { Name = "waits", Function = FunctionSource.Wait, Durations = s_heavyTail, Workers = 4, Slots = 2, Utilisation = 0.6 },

        // The same with a worker that takes several times as long as the others.
        new() { Name = "slow-worker", Function = FunctionSource.Wait, Durations = s_uniform, Workers = 4, Slots = 2, SlowFirstWorker = 0.9, Utilisation = 0.4 },

        // As many slots as the default has: enough that nobody ever waits for one.
        new() { Name = "slow-worker-many-slots", Function = FunctionSource.Wait, Durations = s_uniform, Workers = 4, Slots = 16, SlowFirstWorker = 0.9, Utilisation = 0.05 },

        // Processors are what runs out: two workers with one each, as two machines would have.
        new() { Name = "computes", Function = FunctionSource.Spin, Durations = s_heavyTail, Workers = 2, Slots = 32, PinsWorkers = true, Utilisation = 0.55 },
    ];

    public ServerSettings Server(string strategy) => new() { Strategy = strategy, Workers = Workers, Slots = Slots };
}
