using Faas.LoadTests.Gate;
using Faas.PerfCompare.Record;
using Faas.Scenarios;
using Faas.Scenarios.Running;

namespace Faas.LoadTests.Probes;

/// <summary>The gate's cases exactly as the gate measures them, so that a recorded run is something to compare with.</summary>
internal sealed class GateProbe : IProbe
{
    public string Name => GateSet.Name;

    public string Question => GateSet.Question;

    public bool InQuick => false;

    public TimeSpan ExpectedTime(Scale scale) => GateMeasurement.ExpectedTime(GateSet.Cases, builds: 1);

    public async Task<IReadOnlyList<CaseRecord>> MeasureAsync(Scale scale, FunctionDataSets data, CancellationToken cancellationToken)
        => (await new GateMeasurement(TextWriter.Null).RunAsync(GateSet.Cases, [null], cancellationToken))[0];
}
