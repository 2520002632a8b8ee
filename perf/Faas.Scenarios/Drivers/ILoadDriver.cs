namespace Faas.Scenarios.Drivers;

/// <summary>Puts a load on an address and measures it. Knows no scenario.</summary>
internal interface ILoadDriver
{
    /// <summary>As records name it: figures of two drivers are never compared.</summary>
    string Name { get; }

    /// <summary>Whether it can load this door; the cases of others are left out of its runs.</summary>
    bool Opens(Entrance entrance);

    /// <summary>How long a run of this length takes with everything around it.</summary>
    TimeSpan ExpectedTime(TimeSpan duration);

    /// <summary>Runs a load to its end.</summary>
    /// <param name="server">Where <c>/invoke</c> is, or <c>unix:</c> and the path of an ingress socket.</param>
    /// <param name="mix">What is called.</param>
    /// <param name="shape">How; a share of the peak has been resolved to a rate.</param>
    /// <param name="time">How long.</param>
    /// <param name="seed">The same seed draws the same arrivals and calls.</param>
    /// <param name="cancellationToken">Ends the run early.</param>
    Task<Measurement> RunAsync(Uri server, CallMix mix, LoadShape shape, RunTime time, int seed, CancellationToken cancellationToken);
}
