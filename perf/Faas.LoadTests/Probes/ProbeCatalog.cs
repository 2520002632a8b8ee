using Faas.Scenarios.Running;

namespace Faas.LoadTests.Probes;

/// <summary>Every probe. A new one is a class and a line here.</summary>
internal static class ProbeCatalog
{
    public static IReadOnlyList<IProbe> All { get; } =
    [
        new FootprintProbe(),
        new HopProbe(),
        new WorkerRunProbe(),
        new ColdStartProbe(),
        new DeployStormProbe(),
        new CrashProbe(),
        new KillProbe(),
        new GateProbe(),
    ];
}
