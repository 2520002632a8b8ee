using Faas.Scenarios.Targets;

namespace Faas.LoadTests.Soak;

/// <summary>What the whole process tree of a server holds at one moment.</summary>
/// <param name="Seconds">Since the load began.</param>
internal readonly record struct SoakSample(double Seconds, int Processes, int Descriptors, double PssMib, long Calls)
{
    public static SoakSample Take(double seconds, int processId, long calls)
    {
        var (processes, descriptors) = ProcessTree.Holdings(processId);
        return new SoakSample(seconds, processes, descriptors, ProcessTree.PssMib(processId), calls);
    }
}
