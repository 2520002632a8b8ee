using Faas.Scenarios.Targets;

namespace Faas.Scenarios;

/// <summary>Worker processes against throughput.</summary>
internal sealed class WorkersScenario : IScenario
{
    private static readonly int[] s_quickWorkers = [1, 4];
    private static readonly int[] s_workers = [1, 2, 4, 8];

    public string Name => "workers";

    public string Question => "How many workers does this machine want?";

    public bool InQuick => true;

    public IEnumerable<LoadCase> Cases(Scale scale)
        => (scale == Scale.Quick ? s_quickWorkers : s_workers).Select(workers => LoadCase.OfHello($"w{workers}", LoadShape.Closed(64), new ServerSettings { Workers = workers }) with
        {
            X = workers,
            Series = $"{workers}",
            Baseline = BaselineKind.Kestrel,
        });
}
