using System.Globalization;

namespace Faas.Runtimes.Tests.Native;

/// <summary>Looks at the processes that a process has started, and they in turn.</summary>
internal static class ChildProcesses
{
    /// <summary>Process ids below <paramref name="root"/> whose command line (arguments separated by zero bytes) is wanted. Zombies have none.</summary>
    public static HashSet<int> Of(int root, Func<string, bool> isWanted)
    {
        var all = new Dictionary<int, (int Parent, string Command)>();
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var pid))
            {
                continue;
            }

            try
            {
                var stat = File.ReadAllText(folder + "/stat");
                var parent = int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ', 3)[1], CultureInfo.InvariantCulture);
                all[pid] = (parent, File.ReadAllText(folder + "/cmdline"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // ended meanwhile, which is no concern of ours
            }
        }

        return [.. all.Keys.Where(pid => IsBelow(pid) && isWanted(all[pid].Command))];

        bool IsBelow(int pid)
        {
            for (var steps = 0; steps < 100 && all.TryGetValue(pid, out var entry); steps++, pid = entry.Parent)
            {
                if (entry.Parent == root)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
