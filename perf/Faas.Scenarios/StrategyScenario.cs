using Faas.PerfCompare.Record;
using Faas.Scenarios.Targets;

namespace Faas.Scenarios;

/// <summary>
/// The strategies under the same arrivals. The functions wait instead of computing, so that the slots of the workers are
/// what runs out and not the two processors of a small machine.
/// </summary>
/// <remarks>
/// There is one queue, and it hands a waiter the first slot that becomes free, whatever the strategy: a strategy chooses
/// among workers with a free slot and can make nobody wait while another worker has one. So the textbook difference
/// between round robin and least loaded (a queue at each server) cannot show under (a) and (b); what can is a worker that
/// is slower than the others, and warm caches (<see cref="ManyFunctionsScenario"/>).
/// </remarks>
internal sealed class StrategyScenario : IScenario
{
    private const int Workers = 4;
    private const int SlotsPerWorker = 2; // few, so that a wrong choice of worker means waiting
    private const int PeakConnections = 4 * Workers * SlotsPerWorker; // all slots busy and somebody waiting
    private const double Utilisation = 0.7; // where queues form and do not grow without end
    private const int Connections = 512; // more than ever wait at that utilisation: the client is never the queue

    private static readonly string[] s_strategies = ["RR", "FIFO", "WEIGHTED", "LEAST", "P2C", "HASH"];
    private static readonly string[] s_quickStrategies = ["RR", "LEAST"];

    /// <summary>Microseconds and share: half a percent of the calls is a quarter of the work, and lies above the 99th percentile, which then shows waiting only.</summary>
    private static readonly (int Us, double Share)[] s_heavyTail = [(1_000, 0.955), (10_000, 0.04), (100_000, 0.005)];
    private static readonly (int Us, double Share)[] s_uniform = [(2_000, 1.0)];

    public string Name => "strategy";

    public string Question => "Which scheduling strategy suits which load?";

    public bool InQuick => true;

    public string Figure => MetricRecord.P99;

    public IEnumerable<LoadCase> Cases(Scale scale)
    {
        foreach (var strategy in scale == Scale.Quick ? s_quickStrategies : s_strategies)
        {
            if (scale == Scale.Full)
            {
                yield return Case("heavy", strategy, s_heavyTail, slow: 0, stretch: 3);
                yield return Case("uniform", strategy, s_uniform, slow: 0, stretch: 1);
            }

            yield return Case("slow-worker", strategy, s_uniform, slow: 0.5, stretch: 1);
        }
    }

    private static LoadCase Case(string load, string strategy, (int Us, double Share)[] durations, double slow, double stretch) => new()
    {
        Name = $"{load}/{strategy}",
        Server = new ServerSettings { Strategy = strategy, Workers = Workers, Slots = SlotsPerWorker, SlowFirstWorker = slow },
        Functions = [FunctionSource.Wait],
        Mix = new CallMix(durations.Select(entry => (Call.Waiting(entry.Us), entry.Share))),
        Shape = LoadShape.OpenAt(new PeakShare(Utilisation, PeakConnections, load), Connections),
        Stretch = stretch,
        Series = strategy,
    };
}
