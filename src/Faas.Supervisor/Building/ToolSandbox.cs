namespace Faas.Supervisor.Building;

/// <summary>
/// The command line that shuts a compiler in: bubblewrap with its own user, pid, network, ipc and uts namespaces, the
/// system's programs read-only, an empty /tmp, one writable folder and a filter of system calls. Users choose what a
/// compiler reads (<c>#include "/etc/shadow"</c>), so the data folder and /etc are not there.
/// </summary>
internal static class ToolSandbox
{
    /// <summary>Where the private folder is inside.</summary>
    internal const string InnerFolder = "/build";

    private const string FilterDescriptor = "3";

    private const string TemporaryBytes = "536870912"; // 512 MiB: Go links in /tmp.

    // Programs and libraries. A merged /usr has the others as links, which are made again as links.
    private static readonly string[] s_systemFolders = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

    private static readonly string[] s_systemFiles = ["/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d"];

    /// <summary>What has <paramref name="line"/> find a file open as <see cref="FilterDescriptor"/>: .NET passes a child no descriptors of its own.</summary>
    internal static List<string> WithFilter(string filterFile, List<string> line) =>
        ["/bin/sh", "-c", $"exec \"$@\" {FilterDescriptor}<\"$0\"", filterFile, .. line];

    /// <summary>The arguments of bubblewrap, before the tool's own.</summary>
    /// <param name="filters">Whether <see cref="WithFilter"/> puts the filter before what these are arguments of.</param>
    internal static List<string> Arguments(
        ToolCommand command, string hiddenFolder, IReadOnlyDictionary<string, string> environment, bool filters)
    {
        List<string> arguments =
        [
            .. filters ? (ReadOnlySpan<string>)["--seccomp", FilterDescriptor] : [],
            "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try",
            "--die-with-parent", "--new-session", "--hostname", "build", "--clearenv",
        ];
        foreach (var folder in s_systemFolders)
        {
            var info = new DirectoryInfo(folder);
            if (info.LinkTarget is { } target)
            {
                arguments.AddRange(["--symlink", target, folder]);
            }
            else if (info.Exists)
            {
                arguments.AddRange(["--ro-bind", folder, folder]);
            }
        }

        foreach (var file in s_systemFiles)
        {
            arguments.AddRange(["--ro-bind-try", file, file]);
        }

        arguments.AddRange(["--proc", "/proc", "--dev", "/dev", "--size", TemporaryBytes, "--tmpfs", "/tmp"]);
        foreach (var folder in command.ReadOnlyFolders)
        {
            arguments.AddRange(["--ro-bind", folder, folder]);
        }

        // Only when the data folder lies inside something that is shown.
        if (s_systemFolders.Concat(command.ReadOnlyFolders).Any(shown => IsInside(hiddenFolder, shown)))
        {
            arguments.AddRange(["--tmpfs", hiddenFolder]);
        }

        foreach (var folder in command.WritableFolders)
        {
            arguments.AddRange(["--bind", folder, folder]);
        }

        arguments.AddRange(["--bind", command.Folder, InnerFolder, "--chdir", InnerFolder]);
        foreach (var (name, value) in environment)
        {
            arguments.AddRange(["--setenv", name, value]);
        }

        arguments.Add("--");
        return arguments;
    }

    private static bool IsInside(string path, string folder) =>
        path.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal);
}
