using System.Globalization;
using System.Text;
using Faas.Runtimes.Native.Processes;
using Faas.Cgroups;
using Faas.Seccomp;

namespace Faas.Runtimes.Native.Sandbox;

/// <summary>
/// Confines guests. With bubblewrap: namespaces of their own (user, pid, ipc, uts, cgroup, network), a file system of
/// the system's programs and libraries, read-only, and a private /tmp; nothing of the data folder, the runtime folder,
/// other functions or the host's environment; and a filter of system calls. A worker that runs as root gives its guests
/// an unprivileged user first, so that a guest that gets out of its namespaces is nobody. Without bubblewrap: rlimits and
/// the parent-death signal.
/// </summary>
/// <remarks>
/// No guest outlives the worker: bwrap dies with the thread that started it (PR_SET_PDEATHSIG) and is the first
/// process of the guest's pid namespace, with which the kernel kills every process inside. Without bwrap, setpriv
/// sets the same signal for the interpreter.
/// </remarks>
internal sealed class Bubblewrap : IDisposable
{
    /// <summary>The user and group inside: Debian's and Fedora's <c>nobody</c>.</summary>
    internal const int GuestUser = 65534;

    /// <summary>
    /// Outside, for a worker that is root: what the kernel counts by user (inotify, pipes, locked memory …) no guest takes
    /// from another, nor from a user of the machine. From here on systemd's documentation knows no use for ids
    /// (UIDS-GIDS.md); each worker has <see cref="UsersOfAWorker"/>, by its pid, and more guests than that share them.
    /// </summary>
    private const int FirstUser = 1_900_000_000;

    private const int UsersOfAWorker = 32;

    /// <summary>Of what is tried before it is believed not to work.</summary>
    private const int Attempts = 3;

    private static int s_users;

    private static readonly string[] s_searchPath = ["/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin", "/sbin"];

    /// <summary>System folders that are programs and libraries on every distribution; links are made links again.</summary>
    private static readonly string[] s_systemFolders = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"];

    /// <summary>What interpreters and their libraries read under /etc; passwords, keys and host names are not among it.</summary>
    private static readonly string[] s_systemSettings =
    [
        "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/php", "/etc/ssl",
        "/etc/ca-certificates", "/etc/pki", "/etc/localtime", "/etc/timezone", "/etc/mime.types", "/etc/protocols",
        "/etc/services", "/etc/nsswitch.conf",
    ];

    private static readonly string[] s_networkSettings = ["/etc/resolv.conf", "/etc/hosts", "/etc/gai.conf"];

    private static readonly byte[] s_passwd = Encoding.ASCII.GetBytes(
        $"root:x:0:0::/:/bin/false\nfunction:x:{GuestUser}:{GuestUser}::/tmp:/bin/sh\n");

    private static readonly byte[] s_group = Encoding.ASCII.GetBytes($"root:x:0:\nfunction:x:{GuestUser}:\n");

    private readonly string? _bwrap;
    private readonly string? _setpriv;
    private readonly string? _prlimit;
    private readonly string? _env;
    private readonly MemoryWatch _watch = new(TimeProvider.System);
    private bool _dropsUser;
    private int? _outerUser;
    private string? _cgroups;

    private Bubblewrap(string? bwrap, string? setpriv, string? prlimit, string? env)
    {
        _bwrap = bwrap;
        _setpriv = setpriv;
        _prlimit = prlimit;
        _env = env;
    }

    /// <summary>True when guests have namespaces of their own.</summary>
    internal bool IsConfined { get; private set; }

    /// <summary>Why not, in words, when <see cref="IsConfined"/> is false.</summary>
    internal string? Reason { get; private set; }

    /// <summary>True when system calls are filtered: of every guest with bubblewrap, of zygotes' children without.</summary>
    internal bool IsFiltered { get; private init; }

    /// <summary>True when each guest is a user of its own outside.</summary>
    internal bool HasOwnUsers { get; private set; }

    /// <summary>What is to be refused to the children of zygotes, whose namespaces count their inotify instances.</summary>
    internal Unbounded UnboundedOfZygotes => _cgroups is null ? Unbounded.UnmappedMemory : Unbounded.Nothing;

    /// <summary>
    /// Finds the tools and tries them with <paramref name="interpreter"/> once (30 ms).
    /// </summary>
    /// <param name="interpreter">Must be reachable inside: an interpreter in a home folder is not for <c>nobody</c>.</param>
    /// <param name="settings">
    /// <c>sandbox=off</c> turns confinement off; <c>bwrap=PATH</c> names the program; <c>seccomp=off</c> leaves system calls alone;
    /// <c>cgroups=FOLDER</c> is where a group for each guest may be made.
    /// </param>
    internal static Bubblewrap Probe(string interpreter, IReadOnlyDictionary<string, string> settings)
    {
        var off = settings.TryGetValue("sandbox", out var wanted) && wanted == "off";
        var bwrap = off ? null : settings.GetValueOrDefault("bwrap") ?? FindOnPath("bwrap");
        var sandbox = new Bubblewrap(bwrap, FindTool("setpriv"), FindTool("prlimit"), FindTool("env"))
        {
            IsFiltered = settings.GetValueOrDefault("seccomp") != "off" && SeccompFilter.IsAvailable,
            _cgroups = settings.GetValueOrDefault("cgroups"),
        };
        if (bwrap is null)
        {
            sandbox.Reason = off ? "switched off" : "bubblewrap is not installed";
            return sandbox;
        }

        sandbox.IsConfined = true;
        if (LibcNativeMethods.geteuid() == 0 && sandbox._setpriv is not null)
        {
            sandbox._dropsUser = true;
            if (sandbox.Works(interpreter))
            {
                sandbox.HasOwnUsers = true;
                return sandbox;
            }

            sandbox._outerUser = GuestUser; // in a container that has few ids
            if (sandbox.Works(interpreter))
            {
                return sandbox;
            }

            sandbox._dropsUser = false;
        }

        if (!sandbox.Works(interpreter))
        {
            sandbox.IsConfined = false;
            sandbox.Reason = "bubblewrap does not work here (user namespaces may be disabled)";
        }

        return sandbox;
    }

    /// <summary>Starts a guest.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The first program of the chain cannot be started.</exception>
    internal ChildProcess Start(GuestCommand command)
    {
        var group = Cgroup.TryCreate(_cgroups, command.GroupMemoryBytes, command.GroupProcesses, endsTogether: !command.MayNest);
        List<string> arguments = [.. group?.Joining ?? []];
        var contents = new List<FileDescriptor>();
        try
        {
            var descriptors = new List<int>(command.Descriptors);
            if (IsConfined)
            {
                Confine(command, group is not null, arguments, descriptors, contents);
            }
            else
            {
                LaunchBare(command, arguments);
            }

            // The programs of the chain see an empty environment: a function's variables (LD_PRELOAD …) are set for it alone.
            var process = ChildProcess.Start(arguments, [], [.. descriptors], group);
            if (group is null && (command.MayNest || command.GroupMemoryBytes > 0))
            {
                _watch.Add(process, ZygoteDepth(command));
            }

            return process;
        }
        catch
        {
            group?.Dispose();
            throw;
        }
        finally
        {
            foreach (var content in contents)
            {
                content.Dispose();
            }
        }
    }

    /// <summary>Guests that still run are not watched any more.</summary>
    public void Dispose() => _watch.Dispose();

    private void Confine(GuestCommand command, bool hasGroup, List<string> arguments, List<int> descriptors, List<FileDescriptor> contents)
    {
        if (_dropsUser)
        {
            arguments.AddRange(
            [
                _setpriv!, "--reuid", Text(_outerUser ?? NextUser()), "--regid", Text(GuestUser), "--clear-groups", "--inh-caps=-all", "--",
            ]);
        }

        arguments.AddRange(
        [
            _bwrap!, "--die-with-parent", "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts",
            "--unshare-cgroup-try", "--uid", Text(GuestUser), "--gid", Text(GuestUser), "--hostname", "function",
        ]);
        if (command.Network == NetworkAccess.Deny)
        {
            arguments.Add("--unshare-net");
        }

        if (command.MayNest)
        {
            arguments.AddRange(["--cap-add", "CAP_SYS_ADMIN"]);
        }

        arguments.AddRange(["--ro-bind", "/usr", "/usr"]);
        foreach (var folder in s_systemFolders)
        {
            var target = new DirectoryInfo(folder).LinkTarget;
            if (target is not null)
            {
                arguments.AddRange(["--symlink", target, folder]);
            }
            else if (Directory.Exists(folder))
            {
                arguments.AddRange(["--ro-bind", folder, folder]);
            }
        }

        foreach (var path in s_systemSettings)
        {
            arguments.AddRange(["--ro-bind-try", path, path]);
        }

        if (command.Network == NetworkAccess.Allow)
        {
            foreach (var path in s_networkSettings)
            {
                arguments.AddRange(["--ro-bind-try", path, path]);
            }
        }

        var home = InstallationRoot(command.Arguments[0]);
        if (home is not null)
        {
            arguments.AddRange(["--ro-bind", home, home]);
        }

        // No --dev: it would take a second user namespace, which a zygote could not nest in (and devpts, which no function needs).
        foreach (var device in (ReadOnlySpan<string>)["null", "zero", "full", "random", "urandom"])
        {
            arguments.AddRange(["--dev-bind", "/dev/" + device, "/dev/" + device]);
        }

        arguments.AddRange(
        [
            "--symlink", "/proc/self/fd", "/dev/fd", "--symlink", "/proc/self/fd/0", "/dev/stdin",
            "--symlink", "/proc/self/fd/1", "/dev/stdout", "--symlink", "/proc/self/fd/2", "/dev/stderr",
            "--symlink", "/tmp", "/dev/shm", "--proc", "/proc",
            "--perms", "1777", "--size", Text(command.TemporaryBytes), "--tmpfs", "/tmp",
        ]);
        if (command.WritableFolder is { } writable)
        {
            arguments.AddRange(["--perms", "0755", "--size", Text(command.WritableFolderBytes), "--tmpfs", writable]);
        }

        Inject("/etc/passwd", s_passwd);
        Inject("/etc/group", s_group);
        foreach (var file in command.Files)
        {
            Inject(file.GuestPath, file.Content.Span);
        }

        if (IsFiltered)
        {
            // In force from the last step of bwrap on, in its own first process of the namespace, too.
            var unbounded = hasGroup ? Unbounded.Nothing : Unbounded.UnmappedMemory;
            var filter = command.MayNest
                ? SeccompFilter.For(FilterUse.Zygote, unbounded)
                : SeccompFilter.For(FilterUse.Guest, HasOwnUsers ? unbounded : unbounded | Unbounded.Inotify);
            arguments.AddRange(["--seccomp", Text(Pass(filter))]);
        }

        // Last: the root itself is bwrap's tmpfs, which has no size.
        arguments.AddRange(["--remount-ro", "/", "--chdir", "/tmp", "--"]);
        AddLimits(command, arguments);
        AddEnvironment(command, arguments);
        arguments.AddRange(command.Arguments);

        void Inject(string guestPath, ReadOnlySpan<byte> content) =>
            arguments.AddRange(["--ro-bind-data", Text(Pass(content)), guestPath]);

        int Pass(ReadOnlySpan<byte> content)
        {
            var descriptor = FileDescriptor.OfContent(content);
            contents.Add(descriptor);
            descriptors.Add(descriptor.Value);
            return descriptors.Count - 1;
        }
    }

    private void LaunchBare(GuestCommand command, List<string> arguments)
    {
        if (_setpriv is not null)
        {
            arguments.AddRange([_setpriv, "--pdeathsig", "KILL", "--no-new-privs", "--"]);
        }

        AddLimits(command, arguments);
        AddEnvironment(command, arguments);
        foreach (var argument in command.Arguments)
        {
            arguments.Add(command.Files.FirstOrDefault(f => f.GuestPath == argument)?.HostPath ?? argument);
        }
    }

    private void AddLimits(GuestCommand command, List<string> arguments)
    {
        if (_prlimit is null)
        {
            return;
        }

        arguments.AddRange([_prlimit, "--core=0", $"--nofile={Text(command.OpenFiles)}", $"--fsize={Text(command.TemporaryBytes)}"]);
        if (command.Processes > 0 && IsConfined)
        {
            arguments.Add($"--nproc={Text(command.Processes)}");
        }

        if (IsConfined && !command.MayNest)
        {
            // A zygote's are bounds of all its children together: they have their own.
            arguments.AddRange(["--sigpending=256", "--msgqueue=0", "--memlock=65536"]);
        }

        if (command.AddressSpaceBytes > 0)
        {
            arguments.Add($"--as={Text(command.AddressSpaceBytes)}");
        }

        if (command.DataBytes > 0)
        {
            arguments.Add($"--data={Text(command.DataBytes)}");
        }

        arguments.Add("--");
    }

    /// <summary>Last before the interpreter: bwrap adds PWD, and a function's LD_PRELOAD is for it alone.</summary>
    private void AddEnvironment(GuestCommand command, List<string> arguments)
    {
        if (_env is not null)
        {
            arguments.AddRange([_env, "-i"]);
            if (!IsConfined && command.BareFolder is { } folder)
            {
                arguments.Add("--chdir=" + folder);
            }

            arguments.Add("--");
            arguments.AddRange(command.Environment.Where(v => v.IndexOf('=', StringComparison.Ordinal) > 0));
        }
    }

    private static int NextUser() =>
        FirstUser + (Environment.ProcessId * UsersOfAWorker) + (int)((uint)Interlocked.Increment(ref s_users) % UsersOfAWorker);

    /// <summary>How many processes stand between the one we start and a zygote: bwrap and the first of the namespace, which is bwrap as well.</summary>
    private int? ZygoteDepth(GuestCommand command) => !command.MayNest ? null : IsConfined ? 2 : 0;

    /// <summary>More than once: a machine that was out of processes or memory for a moment must not run guests without a sandbox ever after.</summary>
    private bool Works(string interpreter) =>
        Enumerable.Range(0, Attempts).Any(attempt => WorksNow(interpreter));

    private bool WorksNow(string interpreter)
    {
        try
        {
            using var streams = new StandardStreams();
            using var process = Start(new GuestCommand
            {
                Arguments = [interpreter, "--version"],
                Descriptors = [streams.GuestInput.Value, streams.GuestOutput.Value, streams.GuestError.Value],
            });
            return process.Wait() is { Code: 0, Signal: 0 };
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // the probe's question; the caller goes on without
        }
    }

    /// <summary>The folder to bind for an interpreter outside the system folders, null for one inside.</summary>
    private static string? InstallationRoot(string interpreter)
    {
        if (interpreter.StartsWith("/usr/", StringComparison.Ordinal) || interpreter.StartsWith("/bin/", StringComparison.Ordinal))
        {
            return null;
        }

        var folder = Path.GetDirectoryName(interpreter)!;
        return Path.GetFileName(folder) == "bin" ? Path.GetDirectoryName(folder) : folder;
    }

    private static string? FindTool(string name) =>
        s_searchPath.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>As the supervisor looks for it, so that both give the same answer.</summary>
    private static string? FindOnPath(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathRooted).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists) ?? FindTool(name);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
