using System.Collections.Concurrent;
using System.Globalization;

namespace Faas.Cgroups;

/// <summary>
/// The group of one guest or compiler and everything it starts (cgroup-v2.rst). Any thread. What the kernel refuses is
/// passed over: resource limits are there besides.
/// </summary>
internal sealed class Cgroup : IDisposable
{
    // Groups whose processes were still being taken apart when they should have been removed.
    private static readonly ConcurrentQueue<string> s_leftovers = new();
    private static int s_count;

    private readonly string _folder;

    private Cgroup(string folder) => _folder = folder;

    /// <summary>Makes a group.</summary>
    /// <param name="groups">The folder of groups (<see cref="CgroupTree.Groups"/>); null where there are none.</param>
    /// <param name="memoryBytes">memory.max, what the whole group may hold; 0 for no bound.</param>
    /// <param name="processes">pids.max, processes and threads of the whole group; 0 for no bound.</param>
    /// <param name="endsTogether">memory.oom.group: who goes past the memory takes the whole group along.</param>
    /// <returns>Null where there are none, or none can be made.</returns>
    internal static Cgroup? TryCreate(string? groups, long memoryBytes, int processes, bool endsTogether)
    {
        if (groups is null)
        {
            return null;
        }

        RemoveLeftovers();
        var folder = Path.Combine(
            groups, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}"));
        try
        {
            Directory.CreateDirectory(folder);
            if (processes > 0)
            {
                Write(folder, "pids.max", processes.ToString(CultureInfo.InvariantCulture));
            }

            if (endsTogether)
            {
                Write(folder, "memory.oom.group", "1");
            }

            if (File.Exists(Path.Combine(folder, "memory.swap.max")))
            {
                Write(folder, "memory.swap.max", "0"); // a limit of memory, not of how much of it is fast
            }

            var group = new Cgroup(folder);
            if (memoryBytes > 0)
            {
                group.LimitMemory(memoryBytes);
            }

            return group;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            TryRemove(folder);
            return null;
        }
    }

    /// <summary>What has a command line join the group before it does anything else.</summary>
    internal string[] Joining => ["/bin/sh", "-c", "{ echo 0 >\"$0\"; } 2>/dev/null; exec \"$@\"", Path.Combine(_folder, "cgroup.procs")];

    /// <summary>How many of its processes the kernel has ended for want of memory so far (memory.events, oom_kill).</summary>
    internal long OutOfMemoryKills
    {
        get
        {
            const string key = "oom_kill ";
            try
            {
                var line = Array.Find(
                    File.ReadAllLines(Path.Combine(_folder, "memory.events")), line => line.StartsWith(key, StringComparison.Ordinal));
                return line is null ? 0 : long.Parse(line.AsSpan(key.Length), CultureInfo.InvariantCulture);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return 0;
            }
        }
    }

    /// <summary>Sets memory.max, in bytes.</summary>
    internal void LimitMemory(long bytes) => TryWrite(_folder, "memory.max", bytes.ToString(CultureInfo.InvariantCulture));

    /// <summary>Ends every process of it, at once (cgroup.kill, Linux 5.14).</summary>
    internal void Kill() => TryWrite(_folder, "cgroup.kill", "1");

    /// <summary>Ends what is left and removes it.</summary>
    public void Dispose() => End(_folder);

    internal static void End(string folder)
    {
        TryWrite(folder, "cgroup.kill", "1");
        if (!TryRemove(folder))
        {
            s_leftovers.Enqueue(folder);
        }
    }

    /// <returns>False while there are processes in it.</returns>
    internal static bool TryRemove(string folder)
    {
        try
        {
            Directory.Delete(folder); // rmdir: its files go with it
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <exception cref="IOException">The kernel refuses it.</exception>
    internal static void Write(string folder, string file, string value)
    {
        // One write(2), to a file that is there, and no lock: these are no real files.
        using var handle = File.OpenHandle(Path.Combine(folder, file), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(handle, System.Text.Encoding.ASCII.GetBytes(value), 0);
    }

    private static void TryWrite(string folder, string file, string value)
    {
        try
        {
            Write(folder, file, value);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // An older kernel, or a group that is gone.
        }
    }

    private static void RemoveLeftovers()
    {
        for (var i = s_leftovers.Count; i > 0 && s_leftovers.TryDequeue(out var folder); i--)
        {
            if (!TryRemove(folder))
            {
                s_leftovers.Enqueue(folder);
            }
        }
    }
}
