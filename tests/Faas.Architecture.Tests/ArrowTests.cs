namespace Faas.Architecture.Tests;

/// <summary>Who may refer to whom: docs/ARCHITECTURE.md and CONTRIBUTING.md draw the same arrows.</summary>
public sealed class ArrowTests
{
    [Fact]
    public void Projects_TheirReferences_AreTheArrowsAndNoMore()
    {
        var arrows = new Dictionary<string, string[]>
        {
            ["Faas.Protocol"] = [],
            ["Faas.Runtimes"] = ["Faas.Protocol"],
            ["Faas.Supervisor"] = ["Faas.Protocol"],
            ["Faas.WorkerHost"] = ["Faas.Protocol", "Faas.Runtimes"],
        };

        Assert.Equal(arrows.Keys.Order(StringComparer.Ordinal), Rooms.ProjectNames);
        Assert.All(arrows, arrow => Assert.Equal(arrow.Value, Rooms.References(arrow.Key)));
    }

    [Theory]
    [InlineData("Contracts", "Framing", "Messages", "Transport")]
    [InlineData("Framing", "Messages", "Transport")]
    [InlineData("Messages", "Transport")]
    public void Protocol_ALayer_UsesNoneAboveIt(string layer, params string[] above) => AssertNone(
        from type in Rooms.Protocol.Types
        where Rooms.IsIn(type.Namespace, "Faas.Protocol." + layer)
        from use in type.Uses
        where above.Any(name => Rooms.IsIn(AssemblyMetadata.NamespaceOf(use), "Faas.Protocol." + name))
        select $"{type.FullName} uses {use}");

    [Fact]
    public void Protocol_ItsTypes_AreInOneOfTheLayers()
    {
        string[] layers = ["Contracts", "Framing", "Messages", "Transport"];
        AssertNone(
            from type in Rooms.Protocol.Types
            where type.Namespace.StartsWith("Faas", StringComparison.Ordinal)
            where !layers.Any(layer => Rooms.IsIn(type.Namespace, "Faas.Protocol." + layer))
            select type.FullName);
    }

    [Fact]
    public void Runtimes_OfTheProtocol_UsesTheContractsOnly() => AssertNone(
        from type in Rooms.Runtimes.Types
        from use in type.Uses
        let space = AssemblyMetadata.NamespaceOf(use)
        where Rooms.IsIn(space, "Faas.Protocol") && space != "Faas.Protocol.Contracts"
        select $"{type.FullName} uses {use}");

    [Fact]
    public void Supervisor_Engines_AreUnknownToIt() => AssertNone(
        from type in Rooms.Supervisor.Types
        from use in type.Uses
        where Rooms.IsIn(AssemblyMetadata.NamespaceOf(use), "Faas.Runtimes") || Rooms.IsIn(AssemblyMetadata.NamespaceOf(use), "Faas.WorkerHost")
        select $"{type.FullName} uses {use}");

    internal static void AssertNone(IEnumerable<string> offenders) => Assert.Empty(offenders.Distinct().Order(StringComparer.Ordinal));
}
