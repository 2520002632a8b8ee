using System.Globalization;
using Faas.Lab.Replaying;

namespace Faas.Lab.Reporting;

/// <summary>A figure of a replay as it is shown: heading, JSON name, value in its unit.</summary>
/// <param name="Heading">With the unit.</param>
/// <param name="Name">Member of the JSON answer.</param>
/// <param name="IsDrawn">Whether the drawing has a column for it.</param>
/// <param name="Value">NaN when there is none.</param>
/// <param name="Format">For people.</param>
internal sealed record ReplayMetric(string Heading, string Name, bool IsDrawn, Func<ReplayFigures, double> Value, string Format)
{
    private const double Millisecond = 1e6;

    public static IReadOnlyList<ReplayMetric> All { get; } =
    [
        new("p50 ms", "p50Ms", true, static figures => figures.Latency(50) / Millisecond, "F3"),
        new("p99 ms", "p99Ms", true, static figures => figures.Latency(99) / Millisecond, "F3"),
        new("p99.9 ms", "p999Ms", true, static figures => figures.Latency(99.9) / Millisecond, "F3"),
        new("wait mean ms", "queueMeanMs", false, static figures => figures.MeanQueue / Millisecond, "F3"),
        new("wait p99 ms", "queueP99Ms", true, static figures => figures.Queue(99) / Millisecond, "F3"),
        new("imbalance", "imbalance", true, static figures => figures.Imbalance, "F2"),
        new("warm", "warmRatio", true, static figures => figures.WarmRatio, "P2"),
        new("refused", "refused", false, static figures => figures.Refused, "N0"),
    ];

    public string Show(ReplayFigures figures) => Value(figures) is var value && double.IsNaN(value) ? "" : value.ToString(Format, CultureInfo.InvariantCulture);
}
