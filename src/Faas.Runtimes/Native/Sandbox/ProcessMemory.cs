using System.Globalization;
using System.Text;
using Faas.Runtimes.Native.Processes;

namespace Faas.Runtimes.Native.Sandbox;

/// <summary>
/// What the kernel tells of processes' memory (proc.rst). Every answer about a process that has gone is that there is
/// nothing.
/// </summary>
internal static class ProcessMemory
{
    private const nint TMPFS_MAGIC = 0x0102_1994; // linux/magic.h

    /// <summary>shmem_inode_cache and dentry in /proc/slabinfo, and a name too long for the latter.</summary>
    private const long FileBytes = 1280;

    private const string SharedAnonymous = "/dev/zero (deleted)";

    /// <summary>What the machine has left, and what lies in shared memory and on its tmpfs, in bytes; null where it is not told.</summary>
    internal static (long Available, long Shared)? OfMachine()
    {
        var text = Read("/proc/meminfo");
        return text.Length == 0 ? null : (Kib(text, "MemAvailable:"), Kib(text, "Shmem:"));
    }

    /// <summary>A process and all below it. A process that lost its parent is below the first of its namespace.</summary>
    internal static List<int> Tree(int root)
    {
        List<int> all = [root];
        for (var i = 0; i < all.Count; i++)
        {
            all.AddRange(Children(all[i]));
        }

        return all;
    }

    /// <summary>The children of all threads of a process (CONFIG_PROC_CHILDREN, which distributions' kernels have).</summary>
    internal static IEnumerable<int> Children(int process)
    {
        string[] threads;
        try
        {
            threads = Directory.GetDirectories(Folder(process) + "/task");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }

        return threads.SelectMany(static thread => Read(thread + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(static number => int.Parse(number, CultureInfo.InvariantCulture));
    }

    /// <summary>What a process holds in bytes, pages that it shares counted in full: cheap, and never too little.</summary>
    internal static long Resident(int process)
    {
        var text = Read(Folder(process) + "/status");
        return Kib(text, "VmRSS:") + Kib(text, "VmSwap:");
    }

    /// <summary>
    /// What processes hold together in bytes: of pages that are shared with others their part, of anonymous memory that
    /// they share among themselves all of it, in whose table of pages it may be or not. Pages of files count for nobody.
    /// </summary>
    internal static long Held(IEnumerable<int> processes)
    {
        long ours = 0, shared = 0;
        var segments = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var process in processes)
        {
            var text = Read(Folder(process) + "/smaps_rollup"); // Linux 4.14
            ours += Kib(text, "Pss_Anon:") + Kib(text, "SwapPss:");
            shared += Kib(text, "Pss_Shmem:");
            foreach (var line in Read(Folder(process) + "/maps").Split('\n').Where(static line => line.EndsWith(SharedAnonymous, StringComparison.Ordinal)))
            {
                var (key, bytes) = Segment(line);
                segments[key] = Math.Max(segments.GetValueOrDefault(key), bytes);
            }
        }

        return ours + Math.Max(shared, segments.Values.Sum());
    }

    /// <summary>
    /// What the files in a guest's /tmp take of the kernel's own memory, in bytes: the capacity of a tmpfs is of their
    /// content alone, and empty files take none of it.
    /// </summary>
    /// <param name="process">One that runs inside the guest's mounts.</param>
    internal static unsafe long OfTemporaryFiles(int process)
    {
        LibcNativeMethods.StatFs found;
        fixed (byte* path = Encoding.ASCII.GetBytes(Folder(process) + "/root/tmp\0"))
        {
            return LibcNativeMethods.statfs(path, &found) == 0 && found.Type == TMPFS_MAGIC ? (found.Files - found.FreeFiles) * FileBytes : 0;
        }
    }

    /// <summary>What a process may have, by its resource limits of address space and data, in bytes; null when it has none yet.</summary>
    internal static long? Limit(int process)
    {
        var text = Read(Folder(process) + "/limits");
        return (Hard(text, "Max address space"), Hard(text, "Max data size")) switch
        {
            ({ } space, { } data) => Math.Min(space, data),
            var (space, data) => space ?? data,
        };
    }

    /// <summary>The parent of a process; 0 when it has gone.</summary>
    internal static int Parent(int process) =>
        Read(Folder(process) + "/stat") is { Length: > 0 } text
            ? int.Parse(text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
            : 0;

    private static string Folder(int process) => string.Create(CultureInfo.InvariantCulture, $"/proc/{process}");

    /// <summary><c>from-to rights offset device inode path</c>: the inode names the segment.</summary>
    private static (string Inode, long Bytes) Segment(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var dash = fields[0].IndexOf('-', StringComparison.Ordinal);
        return (fields[4], long.Parse(fields[0].AsSpan(dash + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            - long.Parse(fields[0].AsSpan(0, dash), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    private static long Kib(string text, string key)
    {
        var at = text.IndexOf(key, StringComparison.Ordinal);
        return at < 0 ? 0 : 1024 * Number(text.AsSpan(at + key.Length)).GetValueOrDefault();
    }

    /// <summary>A line is <c>name soft hard unit</c>.</summary>
    private static long? Hard(string text, string name)
    {
        var at = text.IndexOf(name, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        var values = text.AsSpan(at + name.Length).TrimStart();
        return Number(values[values.IndexOf(' ')..]);
    }

    private static long? Number(ReadOnlySpan<char> text)
    {
        text = text.TrimStart();
        var length = text.IndexOfAnyExceptInRange('0', '9');
        return long.TryParse(length < 0 ? text : text[..length], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
