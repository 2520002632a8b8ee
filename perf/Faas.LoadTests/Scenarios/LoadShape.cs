using System.Globalization;

namespace Faas.LoadTests.Scenarios;

/// <summary>How calls arrive.</summary>
internal sealed record LoadShape
{
    public required int Connections { get; init; }

    /// <summary>Open loop at this mean rate; null together with <see cref="ShareOfPeak"/> null = closed loop.</summary>
    public double? Rate { get; init; }

    /// <summary>Open loop at this share of the rate the same server reached with 64 connections in a closed loop.</summary>
    public double? ShareOfPeak { get; init; }

    public static LoadShape Closed(int connections) => new() { Connections = connections };

    public static LoadShape Open(double rate, int connections) => new() { Connections = connections, Rate = rate };

    public override string ToString() => this switch
    {
        { ShareOfPeak: { } share } => string.Create(CultureInfo.InvariantCulture, $"open loop at {share:P0} of peak"),
        { Rate: { } rate } => string.Create(CultureInfo.InvariantCulture, $"open loop at {rate:N0}/s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Connections} connection{(Connections == 1 ? "" : "s")}, closed loop"),
    };
}
