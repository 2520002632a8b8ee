using System.Text.RegularExpressions;

namespace Faas.Cgroups;

/// <summary>Where the cgroup of a process lies in the file system (cgroups(7), proc_pid_mountinfo(5)).</summary>
internal static partial class CgroupLocation
{
    /// <summary>The folder of this process's cgroup in the hierarchy of version 2; null where there is none.</summary>
    internal static string? OfThisProcess()
    {
        try
        {
            return Find(File.ReadAllText("/proc/self/cgroup"), File.ReadAllText("/proc/self/mountinfo"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <param name="membership"><c>/proc/PID/cgroup</c>: version 2 is the line that begins with <c>0::</c>.</param>
    /// <param name="mounts"><c>/proc/PID/mountinfo</c>.</param>
    internal static string? Find(string membership, string mounts)
    {
        if (Array.Find(membership.Split('\n'), line => line.StartsWith("0::/", StringComparison.Ordinal)) is not { } own)
        {
            return null;
        }

        var path = own["0::".Length..];
        foreach (var line in mounts.Split('\n'))
        {
            // 30 23 0:26 ROOT MOUNTPOINT options [optional fields] - cgroup2 source options
            var fields = line.Split(' ');
            var separator = Array.IndexOf(fields, "-");
            if (separator < 5 || separator + 1 >= fields.Length || fields[separator + 1] != "cgroup2")
            {
                continue;
            }

            var root = Unescape(fields[3]).TrimEnd('/');
            if (path == root || path.StartsWith(root + "/", StringComparison.Ordinal))
            {
                return Unescape(fields[4]).TrimEnd('/') + path[root.Length..].TrimEnd('/');
            }
        }

        return null;
    }

    // Blanks, tabs, newlines and backslashes of paths are written in octal.
    private static string Unescape(string field) =>
        Octal().Replace(field, match => ((char)Convert.ToInt32(match.Groups[1].Value, 8)).ToString());

    [GeneratedRegex(@"\\([0-7]{3})")]
    private static partial Regex Octal();
}
