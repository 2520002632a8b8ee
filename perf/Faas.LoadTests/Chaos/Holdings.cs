using Faas.Scenarios.Targets;

namespace Faas.LoadTests.Chaos;

/// <summary>What a server holds at one moment: its processes, their descriptors, its files, by kind.</summary>
internal sealed record Holdings(IReadOnlyDictionary<string, int> Counts)
{
    public static Holdings Take(ChaosServer server, ChaosDisk disk)
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var id in ProcessTree.TreeOf(server.ProcessId))
        {
            var name = id == server.ProcessId ? "supervisor" : NameOf(id);
            Add("process " + name);
            foreach (var descriptor in DescriptorsOf(id))
            {
                Add($"descriptor of {name}: {descriptor}");
            }
        }

        foreach (var folder in (string[])[disk.Run, disk.Temporary, Path.Combine(disk.Data, "staging")])
        {
            foreach (var entry in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories))
            {
                Add($"file in {Path.GetRelativePath(disk.Root, folder)}: {Kind(Path.GetRelativePath(folder, entry))}");
            }
        }

        // What was deleted stays marked for as long as a call that had begun can need it; then its folder goes.
        var functions = Directory.GetFileSystemEntries(Path.Combine(disk.Data, "functions"))
            .Where(path => !File.Exists(Path.Combine(path, "deleted.json")))
            .Select(path => Path.GetFileName(path))
            .ToArray();
        counts["version in data/functions"] = functions.Length;
        foreach (var log in Directory.GetFileSystemEntries(Path.Combine(disk.Data, "logs")).Select(path => Path.GetFileName(path)))
        {
            if (!Array.Exists(functions, id => id.StartsWith(log + "_", StringComparison.Ordinal)))
            {
                Add("log of a function that is deleted");
            }
        }

        foreach (var entry in Directory.EnumerateFileSystemEntries("/dev/shm"))
        {
            Add("/dev/shm/" + Kind(Path.GetFileName(entry)));
        }

        return new Holdings(counts);

        void Add(string what) => counts[what] = counts.GetValueOrDefault(what) + 1;
    }

    /// <summary>Connections to the database are pooled, as many as have been used at once.</summary>
    private const int DatabasePool = 8;

    /// <summary>What there is more of than there was.</summary>
    public IReadOnlyList<string> MoreThan(Holdings before) =>
        [.. Counts.Where(now => now.Value > before.Counts.GetValueOrDefault(now.Key) + Slack(now.Key)).Select(now => $"{now.Key}: {now.Value} instead of {before.Counts.GetValueOrDefault(now.Key)}")];

    private static int Slack(string what) => what.Contains("/invocations.db", StringComparison.Ordinal) ? DatabasePool : 0;

    private static IEnumerable<string> DescriptorsOf(int id)
    {
        string[] paths;
        try
        {
            paths = Directory.GetFiles($"/proc/{id}/fd");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            yield break;
        }

        foreach (var path in paths)
        {
            if (LinkOf(path) is { } target)
            {
                // Code is loaded when it is first needed, and stays, with what names its lines: that of the server, and in a worker that of functions, up to
                // its cache's bound.
                if (Path.GetExtension(target) is not (".dll" or ".pdb" or ".cwasm"))
                {
                    yield return Kind(target);
                }
            }
        }
    }

    private static string? LinkOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (IOException)
        {
            return null; // closed meanwhile
        }
    }

    private static string NameOf(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/comm").Trim();
        }
        catch (IOException)
        {
            return "(gone)";
        }
    }

    /// <summary>Without numbers and random names: "socket:[123]" is a socket.</summary>
    private static string Kind(string name) => System.Text.RegularExpressions.Regex.Replace(name, "[0-9a-f]{8,}|[0-9]+", "#");
}
