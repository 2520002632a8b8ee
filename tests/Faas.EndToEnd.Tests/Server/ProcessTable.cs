using System.Globalization;

namespace Faas.EndToEnd.Tests.Server;

/// <summary>What runs, by <c>/proc</c>.</summary>
internal static class ProcessTable
{
    /// <summary>Children, their children, and so on.</summary>
    public static IReadOnlyList<ProcessIdentity> DescendantsOf(int process)
    {
        var parents = All().Select(id => (Id: id, Stat: Stat(id))).Where(row => row.Stat is not null).ToLookup(row => Parent(row.Stat!));
        var found = new List<ProcessIdentity>();
        var next = new Stack<int>([process]);
        while (next.TryPop(out var parent))
        {
            foreach (var (id, stat) in parents[parent])
            {
                found.Add(new(id, Start(stat!)));
                next.Push(id);
            }
        }

        return found;
    }

    /// <summary>Living children with this command name.</summary>
    public static IReadOnlyList<int> ChildrenOf(int process, string name) =>
    [
        .. All().Where(id => Stat(id) is { } stat && !IsDead(stat) && Parent(stat) == process && Read(id, "comm").Trim() == name),
    ];

    /// <summary>Living processes whose command line names a path at or below <paramref name="folder"/>.</summary>
    public static IReadOnlyList<ProcessIdentity> Naming(string folder) =>
    [
        .. All()
            .Where(id => id != Environment.ProcessId && Read(id, "cmdline").Contains(folder, StringComparison.Ordinal))
            .Select(id => (Id: id, Stat: Stat(id)))
            .Where(row => row.Stat is not null && !IsDead(row.Stat))
            .Select(row => new ProcessIdentity(row.Id, Start(row.Stat!))),
    ];

    /// <summary>False for a zombie: it has ended, only nobody has asked how.</summary>
    public static bool IsAlive(ProcessIdentity process) =>
        Stat(process.Id) is { } stat && Start(stat) == process.Start && !IsDead(stat);

    public static string Describe(ProcessIdentity process) =>
        $"{process.Id}: {Read(process.Id, "cmdline").Replace('\0', ' ').Trim()}";

    // State, ppid, … : what follows the command name, which may itself hold spaces and parentheses.
    private static string[]? Stat(int process)
    {
        var text = Read(process, "stat");
        var end = text.LastIndexOf(')');
        return end < 0 ? null : text[(end + 2)..].Split(' ');
    }

    private static bool IsDead(string[] stat) => stat[0] is "Z" or "X";

    private static int Parent(string[] stat) => int.Parse(stat[1], CultureInfo.InvariantCulture);

    private static string Start(string[] stat) => stat[19];

    private static IEnumerable<int> All()
    {
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                yield return id;
            }
        }
    }

    private static string Read(int process, string file)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/{file}"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // It ended while we looked.
        }
    }
}
