using Faas.Scenarios.Targets;

namespace Faas.LoadTests.Chaos.Faults;

/// <summary>All faults, by name.</summary>
internal static class FaultCatalog
{
    public static IReadOnlyList<IChaosFault> All { get; } =
    [
        .. from victim in VictimCatalog.All
           from signal in new[] { LibcNativeMethods.SIGKILL, LibcNativeMethods.SIGSTOP, LibcNativeMethods.SIGSEGV }
           select new ProcessFault(victim, signal),
        new NoFault(),
        new SupervisorPause(seconds: 1),
        new SupervisorPause(seconds: 8),
        new FewDescriptors(ofWorker: false),
        new FewDescriptors(ofWorker: true),
        new FullDisk(),
        new ReadOnlyData(),
        new UnreadErrors(),
    ];

    /// <summary>Those with one of these words in their name; all for no word.</summary>
    public static IReadOnlyList<IChaosFault> Matching(IReadOnlyList<string> words) =>
        [.. All.Where(fault => words.Count == 0 || words.Any(word => fault.Name.Contains(word, StringComparison.OrdinalIgnoreCase)))];

    public static IChaosFault Draw(IReadOnlyList<IChaosFault> faults, Random random)
    {
        var at = random.Next(faults.Sum(fault => fault.Weight));
        return faults.First(fault => (at -= fault.Weight) < 0);
    }
}
