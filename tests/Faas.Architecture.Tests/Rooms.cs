using System.Xml.Linq;

namespace Faas.Architecture.Tests;

/// <summary>The projects under src, by assembly and by project file.</summary>
internal static class Rooms
{
    public static AssemblyMetadata Protocol { get; } = AssemblyMetadata.Load("Faas.Protocol");

    public static AssemblyMetadata Runtimes { get; } = AssemblyMetadata.Load("Faas.Runtimes");

    public static AssemblyMetadata WorkerHost { get; } = AssemblyMetadata.Load("faas-worker");

    public static AssemblyMetadata Supervisor { get; } = AssemblyMetadata.Load("minifaas");

    public static IReadOnlyList<AssemblyMetadata> All { get; } = [Protocol, Runtimes, WorkerHost, Supervisor];

    /// <summary>Names of the projects that have a project file.</summary>
    public static IReadOnlyList<string> ProjectNames { get; } =
        [.. Directory.GetFiles(Folder, "*.csproj", SearchOption.AllDirectories).Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "projects");

    /// <summary>Projects that a project refers to.</summary>
    public static IReadOnlyList<string> References(string project) =>
        [.. XDocument.Load(Path.Combine(Folder, project, project + ".csproj")).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))
            .Order(StringComparer.Ordinal)];

    public static bool IsIn(string space, string room) => space == room || space.StartsWith(room + ".", StringComparison.Ordinal);
}
