namespace Faas.Runtimes;

/// <summary>Native libraries of this process.</summary>
internal static class LoadedLibrary
{
    private const string Maps = "/proc/self/maps";

    /// <summary>Where the loader found a library that was asked for by name.</summary>
    /// <returns>Absolute path; null when it is not loaded, or the system does not tell.</returns>
    public static string? FindPath(string name) => File.Exists(Maps)
        ? File.ReadLines(Maps)
            .Select(static line => line[(line.LastIndexOf(' ') + 1)..])
            .FirstOrDefault(path => Path.GetFileName(path).StartsWith(name, StringComparison.Ordinal))
        : null;
}
