namespace Faas.Architecture.Tests;

/// <summary>Who may refer to whom: docs/ARCHITECTURE.md and CONTRIBUTING.md draw the same arrows.</summary>
public sealed class ArrowTests
{
    [Fact]
    public void Projects_TheirReferences_AreTheArrowsAndNoMore()
    {
        var arrows = new Dictionary<string, string[]>
        {
            ["Faas.Lab"] = ["Faas.Protocol", "Faas.Supervisor"],
            ["Faas.Load"] = ["Faas.Protocol"],
            ["Faas.Protocol"] = [],
            ["Faas.Runtimes"] = ["Faas.Protocol"],
            ["Faas.Supervisor"] = ["Faas.Protocol"],
            ["Faas.WorkerHost"] = ["Faas.Protocol", "Faas.Runtimes"],
            ["MiniFaas"] = ["Faas.Lab", "Faas.Load", "Faas.Protocol", "Faas.Supervisor"],
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

    /// <summary>A reference lets in what the other refers to, too; what is used of that needs an arrow of its own.</summary>
    [Fact]
    public void Types_OfOtherRooms_AreUsedAlongTheArrowsOnly() => AssertNone(
        from name in Rooms.ProjectNames
        let known = Rooms.References(name).Append(name).ToHashSet()
        from type in Rooms.ByName[name].Types
        from use in type.Uses
        where Rooms.RoomOf(AssemblyMetadata.NamespaceOf(use)) is { } room && !known.Contains(room)
        select $"{type.FullName} uses {use}");

    [Fact]
    public void Types_TheirNamespaces_AreTheirRooms() => AssertNone(
        from name in Rooms.ProjectNames
        from type in Rooms.ByName[name].Types
        where Rooms.RoomOf(type.Namespace) is { } room && room != name
        select $"{type.FullName} is in {name}");

    [Fact]
    public void Lab_OfTheSupervisor_UsesSchedulingAndTracesOnly() => AssertNone(
        from type in Rooms.Lab.Types
        from use in type.Uses
        let space = AssemblyMetadata.NamespaceOf(use)
        where Rooms.IsIn(space, "Faas.Supervisor") && space is not ("Faas.Supervisor.Scheduling" or "Faas.Supervisor.Recording.Traces")
        select $"{type.FullName} uses {use}");

    internal static void AssertNone(IEnumerable<string> offenders) => Assert.Empty(offenders.Distinct().Order(StringComparer.Ordinal));
}
