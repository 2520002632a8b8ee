using Faas.LoadTests.Scenarios;

namespace Faas.LoadTests.Drivers;

/// <summary>Puts a load on an address and measures it. Knows no scenario.</summary>
internal interface ILoadDriver
{
    string Name { get; }

    /// <param name="server">Where <c>/invoke</c> is, or <c>unix:</c> and the path of an ingress socket.</param>
    /// <param name="mix">What is called.</param>
    /// <param name="shape">How; a share of the peak has been resolved to a rate.</param>
    /// <param name="time">How long.</param>
    /// <param name="seed">The same seed draws the same arrivals and calls.</param>
    /// <param name="cancellationToken">Ends the run early.</param>
    Task<Measurement> RunAsync(Uri server, CallMix mix, LoadShape shape, RunTime time, int seed, CancellationToken cancellationToken);
}
