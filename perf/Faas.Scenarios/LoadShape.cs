using System.Globalization;

namespace Faas.Scenarios;

/// <summary>How calls arrive.</summary>
internal sealed record LoadShape
{
    public required int Connections { get; init; }

    /// <summary>Open loop at this mean rate; null together with <see cref="Peak"/> null = closed loop.</summary>
    public double? Rate { get; init; }

    /// <summary>Open loop at a share of what the server was measured to do just before.</summary>
    public PeakShare? Peak { get; init; }

    public static LoadShape Closed(int connections) => new() { Connections = connections };

    public static LoadShape OpenAt(PeakShare peak, int connections) => new() { Connections = connections, Peak = peak };

    public override string ToString() => this switch
    {
        { Peak: { } peak, Rate: { } rate } => string.Create(CultureInfo.InvariantCulture, $"open loop at {peak.Share:P0} of peak, {rate:N0}/s"),
        { Peak: { } peak } => string.Create(CultureInfo.InvariantCulture, $"open loop at {peak.Share:P0} of peak"),
        { Rate: { } rate } => string.Create(CultureInfo.InvariantCulture, $"open loop at {rate:N0}/s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Connections} connection{(Connections == 1 ? "" : "s")}, closed loop"),
    };
}
