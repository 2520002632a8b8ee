using System.Globalization;

namespace Faas.Scenarios.Targets;

/// <summary>Facts about a process and those it started, from /proc and the processes' clocks.</summary>
internal static class ProcessTree
{
    /// <summary>Direct children in the order they were started.</summary>
    public static int[] ChildrenOf(int processId) => [.. Parents().Where(entry => entry.Parent == processId).Select(entry => entry.Id).Order()];

    /// <summary>Proportional set size of a process and all below it, MiB: shared pages counted once.</summary>
    public static double PssMib(int processId) => TreeOf(processId).Sum(OwnPssMib);

    /// <summary>Processor time of a process and all below it, seconds. What ended before is not counted.</summary>
    public static double CpuSeconds(int processId) => TreeOf(processId).Sum(OwnCpuSeconds);

    /// <summary>A process and all below it, and the descriptors they have open together.</summary>
    public static (int Processes, int Descriptors) Holdings(int processId)
    {
        var tree = TreeOf(processId);
        return (tree.Count, tree.Sum(OpenDescriptors));
    }

    private static int OpenDescriptors(int processId)
    {
        try
        {
            return Directory.GetFiles($"/proc/{processId}/fd").Length;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0; // ended meanwhile, or another user's
        }
    }

    /// <summary>A process and all below it, parents before their children.</summary>
    public static List<int> TreeOf(int root)
    {
        var children = Parents().ToLookup(entry => entry.Parent, entry => entry.Id);
        var tree = new List<int> { root };
        for (var i = 0; i < tree.Count; i++)
        {
            tree.AddRange(children[tree[i]]);
        }

        return tree;
    }

    /// <summary>The process with its state and command line, for people; null when it is gone, or has ended and nobody has asked how.</summary>
    public static string? Describe(int processId)
    {
        try
        {
            var state = StatOf(processId)[0];
            var command = File.ReadAllText($"/proc/{processId}/cmdline").Replace('\0', ' ').Trim();
            return state is "Z" or "X" ? null : $"{processId} ({state}, {(command.Length > 120 ? command[..120] : command)})";
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IEnumerable<(int Id, int Parent)> Parents()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                yield return (id, ParentOf(id));
            }
        }
    }

    private static double OwnCpuSeconds(int processId)
    {
        // The clock of another process, in nanoseconds (clock_getcpuclockid(3): its number is made of the process id);
        // /proc/PID/stat counts in hundredths, which is too coarse for runs of half a second.
        const int SchedulerClock = 2; // CPUCLOCK_SCHED
        return LibcNativeMethods.clock_gettime((~processId << 3) | SchedulerClock, out var time) == 0
            ? time.Seconds + time.Nanoseconds / 1e9
            : 0; // ended meanwhile
    }

    private static double OwnPssMib(int processId)
    {
        try
        {
            var line = File.ReadLines($"/proc/{processId}/smaps_rollup").First(text => text.StartsWith("Pss:", StringComparison.Ordinal));
            return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return 0; // ended meanwhile
        }
    }

    private static int ParentOf(int processId)
    {
        try
        {
            return int.Parse(StatOf(processId)[1], CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return -1;
        }
    }

    /// <summary>State, parent, and the rest in one piece.</summary>
    private static string[] StatOf(int processId)
    {
        // "pid (name) state parent …": the name may hold anything, so from its last parenthesis on.
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ', 3);
    }
}
