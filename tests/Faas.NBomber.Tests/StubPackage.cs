namespace Faas.NBomber.Tests;

/// <summary>A package of the tests' feed.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Version">The only one there is.</param>
/// <param name="Dependencies">Others of the feed, and the least version asked for.</param>
internal sealed record StubPackage(string Id, string Version, params (string Id, string Version)[] Dependencies)
{
    /// <summary>An assembly it carries; null = it is empty.</summary>
    public string? Assembly { get; init; }
}
