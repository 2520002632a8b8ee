namespace Faas.LoadTests.Hop;

/// <summary>One turn of everything the two ratios of the way through the supervisor are made of.</summary>
internal sealed record HopRound(HopLoad Kestrel64, HopLoad Faas64, HopLoad Kestrel1, HopLoad Faas1, double UnixRoundTripUs)
{
    public double ThroughputRatio => Faas64.RequestsPerSecond / Kestrel64.RequestsPerSecond;

    public double LatencyRatio => Faas1.P50Us / (Kestrel1.P50Us + UnixRoundTripUs);

    public bool Failed => Faas64.Failed || Faas1.Failed;
}
