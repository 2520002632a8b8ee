using System.Globalization;

namespace Faas.Scenarios.Targets;

/// <summary>The processes of one guest, seen from outside: one that has named itself, and those that share its pid namespace.</summary>
internal sealed class GuestProcesses
{
    private readonly (string Folder, string Start)[] _members;

    private GuestProcesses((string, string)[] members) => _members = members;

    public int Count => _members.Length;

    /// <summary>True once none of them runs any more; one that only waits to be reaped holds nothing.</summary>
    public bool AreGone => _members.All(member => StartOf(member.Folder) != member.Start);

    /// <summary>Null while no process has that name (<c>/proc/PID/comm</c>).</summary>
    public static GuestProcesses? Find(string name)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (char.IsAsciiDigit(Path.GetFileName(folder)[0]) && Read(folder + "/comm")?.TrimEnd() == name && NamespaceOf(folder) is { } space)
            {
                // Without a sandbox the namespace is everybody's: then it is the process alone.
                var members = space == NamespaceOf("/proc/self")
                    ? [folder]
                    : Directory.EnumerateDirectories("/proc").Where(other => char.IsAsciiDigit(Path.GetFileName(other)[0]) && NamespaceOf(other) == space);
                return new GuestProcesses([.. members.Select(member => (member, StartOf(member))).Where(member => member.Item2.Length > 0)]);
            }
        }

        return null;
    }

    /// <summary>When it was started, which tells it from a later process of the same number; empty when it is gone or a zombie.</summary>
    private static string StartOf(string folder)
    {
        if (Read(folder + "/stat") is not { } stat)
        {
            return "";
        }

        // "pid (name) state …": the name may hold anything, so from its last parenthesis on; proc(5) numbers the start 22.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] is "Z" or "X" ? "" : fields[22 - 3].ToString(CultureInfo.InvariantCulture);
    }

    private static string? NamespaceOf(string folder)
    {
        try
        {
            return new FileInfo(folder + "/ns/pid").LinkTarget;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
