using System.Globalization;

namespace Faas.LoadTests.Targets;

/// <summary>Facts about a process and those it started, from /proc.</summary>
internal static class ProcessTree
{
    /// <summary>Direct children in the order they were started.</summary>
    public static int[] ChildrenOf(int processId)
    {
        var children = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && ParentOf(id) == processId)
            {
                children.Add(id);
            }
        }

        return [.. children.Order()];
    }

    /// <summary>Proportional set size of a process and all below it, MiB: shared pages counted once.</summary>
    public static double PssMib(int processId)
        => OwnPssMib(processId) + ChildrenOf(processId).Sum(PssMib);

    /// <summary>Processor time of a process and all below it, seconds; the kernel counts in hundredths.</summary>
    public static double CpuSeconds(int processId)
        => OwnCpuSeconds(processId) + ChildrenOf(processId).Sum(CpuSeconds);

    private static double OwnCpuSeconds(int processId)
    {
        const int ClockTicksPerSecond = 100; // USER_HZ, the same on every Linux machine .NET runs on
        var fields = StatOf(processId);
        return fields.Length > 12
            ? (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / ClockTicksPerSecond
            : 0;
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
        => StatOf(processId) is { Length: > 1 } fields ? int.Parse(fields[1], CultureInfo.InvariantCulture) : -1;

    /// <summary>The fields of proc_pid_stat(5) from the third on (state, parent, …); empty when the process is gone.</summary>
    private static string[] StatOf(int processId)
    {
        try
        {
            // "pid (name) state parent …": the name may hold anything, so from its last parenthesis on.
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
