using System.Globalization;

namespace Faas.Supervisor.Hosting;

/// <summary>The process that listens on a port, for the message "port in use by …".</summary>
/// <param name="ProcessId">Its id.</param>
/// <param name="Name">Its command name as the kernel keeps it (15 bytes), empty when it cannot be read.</param>
public readonly record struct PortOwner(int ProcessId, string Name)
{
    // State TCP_LISTEN in the st column of /proc/net/tcp (include/net/tcp_states.h).
    private const string Listen = "0A";

    /// <summary>
    /// Looks the listening socket up in <c>/proc/net/tcp</c> and <c>tcp6</c> and its holder in <c>/proc/PID/fd</c>. Null when nobody listens, the
    /// holder is not ours to see (another user, another namespace) or there is no <c>/proc</c>. Takes milliseconds; never throws.
    /// </summary>
    public static PortOwner? Find(int port)
    {
        var sockets = new HashSet<string>(StringComparer.Ordinal);
        AddSockets("/proc/net/tcp", port, sockets);
        AddSockets("/proc/net/tcp6", port, sockets);
        if (sockets.Count == 0)
        {
            return null;
        }

        foreach (string process in Entries("/proc", Directory.EnumerateDirectories))
        {
            if (!int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                continue;
            }

            foreach (string descriptor in Entries(process + "/fd", Directory.EnumerateFiles))
            {
                if (LinkTarget(descriptor) is { } target && sockets.Contains(target))
                {
                    return new PortOwner(id, ReadText(process + "/comm").Trim());
                }
            }
        }

        return null;
    }

    /// <summary>As in a message: <c>pid 4711 (nginx)</c>.</summary>
    public override string ToString() => Name.Length == 0 ? $"pid {ProcessId}" : $"pid {ProcessId} ({Name})";

    // Columns: sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode; addresses are HEX:HEXPORT.
    private static void AddSockets(string table, int port, HashSet<string> sockets)
    {
        string suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        foreach (string line in ReadText(table).Split('\n'))
        {
            string[] columns = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (columns.Length > 9 && columns[3] == Listen && columns[1].EndsWith(suffix, StringComparison.Ordinal))
            {
                sockets.Add($"socket:[{columns[9]}]");
            }
        }
    }

    // Processes end while we look and others are not ours: both count as nothing there.
    private static IEnumerable<string> Entries(string folder, Func<string, IEnumerable<string>> list)
    {
        try
        {
            return [.. list(folder)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
