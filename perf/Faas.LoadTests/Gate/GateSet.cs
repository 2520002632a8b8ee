using Faas.PerfCompare.Record;
using Faas.Protocol.Transport;
using Faas.Scenarios;
using Faas.Scenarios.Targets;

namespace Faas.LoadTests.Gate;

/// <summary>What the gate measures: the way of an invocation at rest, half loaded and full, and each of our transports and engines once.</summary>
internal static class GateSet
{
    public const string Name = "gate";

    public const string Question = "Did a change make an invocation slower?";

    public static IReadOnlyList<LoadCase> Cases { get; } =
    [
        Case("c1", new ServerSettings(), 1),
        Case("c16", new ServerSettings(), 16),
        Case("c64", new ServerSettings(), 64),
        .. TransportCatalog.Names
            .Where(transport => transport is not (TransportCatalog.Unix or TransportCatalog.Unofficial))
            .Select(transport => Case($"{transport}/c64", new ServerSettings { Transport = transport }, 64)),
        Case("wasmer/c64", new ServerSettings { Backend = "wasmer" }, 64),
    ];

    /// <summary>
    /// What is judged: processor time where calls come in batches, and the one figure of time that says most: the fast
    /// tenth where calls are alone (their median jumps between two values, with where the kernel puts the processes),
    /// requests/s where they are not (in a closed loop the median says the same again).
    /// </summary>
    public static bool Judges(LoadCase load, string metric)
        => load.Shape.Connections == 1
            ? metric == MetricRecord.P10
            : metric is MetricRecord.RequestsPerSecond or MetricRecord.CpuPerRequest;

    private static LoadCase Case(string name, ServerSettings server, int connections) => LoadCase.OfHello(name, LoadShape.Closed(connections), server) with
    {
        Baseline = BaselineKind.Kestrel,
    };
}
