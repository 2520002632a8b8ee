using System.Xml.Linq;

namespace Faas.Architecture.Tests;

/// <summary>The projects under src, by assembly and by project file.</summary>
internal static class Rooms
{
    /// <summary>Names of the projects that have a project file; each is the root namespace of its room, too.</summary>
    public static IReadOnlyList<string> ProjectNames { get; } =
        [.. Directory.GetFiles(Folder, "*.csproj", SearchOption.AllDirectories).Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    /// <summary>All of them, by name: a project that is added is looked at without a word here.</summary>
    public static IReadOnlyDictionary<string, AssemblyMetadata> ByName { get; } =
        ProjectNames.ToDictionary(name => name, name => AssemblyMetadata.Load(AssemblyNameOf(name)));

    public static IReadOnlyList<AssemblyMetadata> All { get; } = [.. ByName.Values];

    public static AssemblyMetadata Protocol => ByName["Faas.Protocol"];

    public static AssemblyMetadata Runtimes => ByName["Faas.Runtimes"];

    public static AssemblyMetadata WorkerHost => ByName["Faas.WorkerHost"];

    public static AssemblyMetadata Supervisor => ByName["Faas.Supervisor"];

    public static AssemblyMetadata Lab => ByName["Faas.Lab"];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "projects");

    /// <summary>Projects that a project refers to.</summary>
    public static IReadOnlyList<string> References(string project) =>
        [.. ProjectFile(project).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))
            .Order(StringComparer.Ordinal)];

    /// <summary>The room that a namespace belongs to; null when it is none of ours.</summary>
    public static string? RoomOf(string space) => ProjectNames.FirstOrDefault(room => IsIn(space, room));

    public static bool IsIn(string space, string room) => space == room || space.StartsWith(room + ".", StringComparison.Ordinal);

    private static string AssemblyNameOf(string project) => ProjectFile(project).Descendants("AssemblyName").SingleOrDefault()?.Value ?? project;

    private static XDocument ProjectFile(string project) => XDocument.Load(Path.Combine(Folder, project, project + ".csproj"));
}
