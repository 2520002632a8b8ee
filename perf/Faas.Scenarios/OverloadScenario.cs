using Faas.Scenarios.Targets;

namespace Faas.Scenarios;

/// <summary>Three times what the workers can do: what is served must not shrink, and the rest must be refused at once.</summary>
internal sealed class OverloadScenario : IScenario
{
    private const int Workers = 4;
    private const int SlotsPerWorker = 2;
    private const int WaitUs = 5_000; // long enough that the slots run out well before the processors do
    private const int Queue = 64;
    private const int PeakConnections = 4 * Workers * SlotsPerWorker; // all slots busy and somebody waiting, below the queue's bound

    private static readonly double[] s_loads = [0.8, 3.0];

    public string Name => "overload";

    public string Question => "Does goodput hold at three times the capacity, and are refusals fast?";

    public bool InQuick => true;

    public IEnumerable<LoadCase> Cases(Scale scale)
        => s_loads.Select(load => new LoadCase
        {
            Name = $"x{load.ToString(System.Globalization.CultureInfo.InvariantCulture)}",
            Server = new ServerSettings { Workers = Workers, Slots = SlotsPerWorker, Queue = Queue },
            Functions = [FunctionSource.Wait],
            Mix = CallMix.Only(Call.Waiting(WaitUs)),
            Shape = LoadShape.OpenAt(new PeakShare(load, PeakConnections, ""), 512),
            X = load,
            Stretch = 2,
            Series = $"{load}×",
            ExpectsRefusals = load > 1,
        });
}
