using System.Globalization;
using Faas.Scenarios.Targets;

namespace Faas.Scenarios;

/// <summary>Latency while independent callers arrive, from idle to past saturation.</summary>
internal sealed class RateSweepScenario : IScenario
{
    private const int PeakConnections = 64; // where a closed loop of hello is at its best

    private static readonly double[] s_quick = [0.25, 0.5, 0.9];
    private static readonly double[] s_full = [0.1, 0.25, 0.4, 0.5, 0.6, 0.8, 0.9, 1.0];

    public string Name => "rate";

    public string Question => "How does latency grow with the arrival rate?";

    public bool InQuick => true;

    public IEnumerable<LoadCase> Cases(Scale scale)
        => (scale == Scale.Quick ? s_quick : s_full).Select(share => LoadCase.OfHello(string.Create(CultureInfo.InvariantCulture, $"peak{share * 100:F0}"), LoadShape.OpenAt(new PeakShare(share, PeakConnections, ""), 256)) with
        {
            X = share * 100,
            Stretch = 2,
            // At the same rate: how much of the tail is the machine's and the driver's.
            Baseline = share == 0.5 ? BaselineKind.Kestrel : BaselineKind.None,
            ExpectsRefusals = share >= 0.9, // past what is served the client runs out of connections: not_sent
        });
}
