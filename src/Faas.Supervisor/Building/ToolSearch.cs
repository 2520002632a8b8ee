namespace Faas.Supervisor.Building;

/// <summary>Where programs are looked for: PATH, then the places where distributions and vendors put them.</summary>
internal sealed class ToolSearch
{
    private readonly string[] _path;
    private readonly Func<string, string?> _variable;
    private readonly string _root;

    /// <param name="path">Folders, as in PATH.</param>
    /// <param name="variable">Environment variables by name.</param>
    /// <param name="root">What the well-known absolute places are under.</param>
    internal ToolSearch(IEnumerable<string> path, Func<string, string?> variable, string root = "/")
    {
        _path = [.. path.Where(Path.IsPathRooted).Append(Path.Combine(root, "usr/bin")).Distinct()];
        _variable = variable;
        _root = root;
    }

    /// <summary>This process's own PATH and variables.</summary>
    internal static ToolSearch FromEnvironment() =>
        new((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries), Environment.GetEnvironmentVariable);

    internal string? Variable(string name) => _variable(name) is { Length: > 0 } value ? value : null;

    /// <summary>The first program of this name, or null.</summary>
    internal string? Find(string name) => FindAll(name).FirstOrDefault();

    /// <summary>Every program of this name, in the order of PATH.</summary>
    internal IEnumerable<string> FindAll(string name) => _path.Select(folder => Path.Combine(folder, name)).Where(IsExecutable);

    /// <summary>A program at a well-known absolute place, or null.</summary>
    internal string? At(string absolutePath)
    {
        var path = Path.Combine(_root, absolutePath.TrimStart('/'));
        return IsExecutable(path) ? path : null;
    }

    /// <summary>Folders at a well-known place whose names fit, newest version first.</summary>
    internal IEnumerable<string> Folders(string absoluteParent, string pattern)
    {
        var parent = Path.Combine(_root, absoluteParent.TrimStart('/'));
        return !Directory.Exists(parent)
            ? []
            : Directory.GetDirectories(parent, pattern).OrderDescending(StringComparer.Create(System.Globalization.CultureInfo.InvariantCulture, System.Globalization.CompareOptions.NumericOrdering));
    }

    private static bool IsExecutable(string path) =>
        File.Exists(path) && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
