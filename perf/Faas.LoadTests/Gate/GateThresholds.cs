using Faas.PerfCompare.Record;

namespace Faas.LoadTests.Gate;

/// <summary>
/// By how much a median may move before it is a verdict: above what two runs of one commit were seen to differ by on
/// two shared processors (docs/PERFORMANCE.md, "The gate").
/// </summary>
internal static class GateThresholds
{
    public const double Default = 0.15;

    public static double Of(string caseId, string metric) => (caseId, metric) switch
    {
        // One call at a time is four wake-ups, and where the kernel puts the processes decides whether each takes 5 or 40 µs.
        ("gate/c1", _) => 0.30,
        _ => Default,
    };
}
