using System.ComponentModel;
using System.Text;
using Faas.Cgroups;

namespace Faas.Runtimes.Native.Processes;

/// <summary>
/// A child process in a session of its own, started with nothing but the descriptors and variables it is given.
/// <see cref="Kill"/> may be called from any thread at any time: it never reaches a process that is not ours any
/// more, because the pid is given back to the system only under the same lock.
/// </summary>
internal sealed unsafe class ChildProcess : IGuestProcess
{
    private readonly Lock _lock = new();
    private readonly int _pid;
    private readonly FileDescriptor _exited;
    private readonly Cgroup? _group;
    private ProcessExit? _exit;
    private int _memoryKills;

    private ChildProcess(int pid, Cgroup? group)
    {
        _pid = pid;
        _group = group;
        _exited = new FileDescriptor((int)LibcNativeMethods.syscall(LibcNativeMethods.SYS_pidfd_open, pid, 0));
    }

    internal int Pid => _pid;

    /// <summary>The cgroup that it joins; null where there are none.</summary>
    internal Cgroup? Group => _group;

    /// <summary>How many of its processes were ended because together they held more than they may, by the kernel or by us.</summary>
    internal long OutOfMemoryKills => (_group?.OutOfMemoryKills ?? 0) + Volatile.Read(ref _memoryKills);

    /// <summary>One of its processes, or all, is about to be ended for the memory it holds.</summary>
    internal void NoteMemoryKill() => Interlocked.Increment(ref _memoryKills);

    /// <summary>A descriptor that becomes readable when the process has ended; −1 where the kernel has none (before 5.3).</summary>
    public int ExitedFd => _exited.Value;

    /// <summary>Starts <paramref name="arguments"/>[0] (an absolute path).</summary>
    /// <param name="arguments">Program and arguments.</param>
    /// <param name="environment">The whole environment, <c>KEY=VALUE</c>.</param>
    /// <param name="descriptors">Becomes descriptor 0, 1, 2, … of the child; none other is inherited.</param>
    /// <param name="group">What <paramref name="arguments"/> has it join; owned from now on.</param>
    /// <exception cref="Win32Exception">The program cannot be started.</exception>
    internal static ChildProcess Start(IReadOnlyList<string> arguments, IReadOnlyList<string> environment, int[] descriptors, Cgroup? group = null) =>
        SpawnThread.Run(() => Spawn(arguments, environment, descriptors, group));

    private static ChildProcess Spawn(IReadOnlyList<string> arguments, IReadOnlyList<string> environment, int[] descriptors, Cgroup? group)
    {
        var attributes = stackalloc byte[LibcNativeMethods.OpaqueBytes];
        var actions = stackalloc byte[LibcNativeMethods.OpaqueBytes];
        var signals = stackalloc byte[LibcNativeMethods.OpaqueBytes];
        Check(LibcNativeMethods.posix_spawnattr_init(attributes));
        Check(LibcNativeMethods.posix_spawn_file_actions_init(actions));
        try
        {
            // The runtime ignores SIGPIPE and blocks nothing; a guest starts with every signal at its default.
            _ = LibcNativeMethods.sigfillset(signals);
            Check(LibcNativeMethods.posix_spawnattr_setsigdefault(attributes, signals));
            _ = LibcNativeMethods.sigemptyset(signals);
            Check(LibcNativeMethods.posix_spawnattr_setsigmask(attributes, signals));
            Check(LibcNativeMethods.posix_spawnattr_setflags(
                attributes,
                LibcNativeMethods.POSIX_SPAWN_SETSIGDEF | LibcNativeMethods.POSIX_SPAWN_SETSIGMASK | LibcNativeMethods.POSIX_SPAWN_SETSID));

            // Two passes, so that a target number is never overwritten while it is still a source: the worker's own
            // descriptors are first copied above every target.
            var above = 0;
            foreach (var descriptor in descriptors)
            {
                above = Math.Max(above, descriptor + 1);
            }

            above = Math.Max(above, descriptors.Length);
            for (var i = 0; i < descriptors.Length; i++)
            {
                Check(LibcNativeMethods.posix_spawn_file_actions_adddup2(actions, descriptors[i], above + i));
            }

            for (var i = 0; i < descriptors.Length; i++)
            {
                Check(LibcNativeMethods.posix_spawn_file_actions_adddup2(actions, above + i, i));
            }

            for (var i = 0; i < descriptors.Length; i++)
            {
                Check(LibcNativeMethods.posix_spawn_file_actions_addclose(actions, above + i));
            }

            using var argv = new StringVector(arguments);
            using var envp = new StringVector(environment);
            int pid;
            var error = LibcNativeMethods.posix_spawn(&pid, argv.Pointer[0], actions, attributes, argv.Pointer, envp.Pointer);
            if (error != 0)
            {
                throw new Win32Exception(error, $"{Path.GetFileName(arguments[0])} cannot be started (errno {error})");
            }

            return new ChildProcess(pid, group);
        }
        finally
        {
            _ = LibcNativeMethods.posix_spawn_file_actions_destroy(actions);
            _ = LibcNativeMethods.posix_spawnattr_destroy(attributes);
        }
    }

    /// <summary>Kills the process group; nothing happens when it has been reaped.</summary>
    public void Kill()
    {
        lock (_lock)
        {
            if (_exit is null)
            {
                _ = LibcNativeMethods.kill(-_pid, LibcNativeMethods.SIGKILL);
                _ = LibcNativeMethods.kill(_pid, LibcNativeMethods.SIGKILL);
                _group?.Kill(); // also those that have left the process group
            }
        }
    }

    /// <summary>True once the process has ended and been reaped.</summary>
    public bool TryReap(out ProcessExit exit)
    {
        lock (_lock)
        {
            if (_exit is null)
            {
                // What it left behind in its group goes with it, while its number cannot be anyone else's yet.
                if (HasExited())
                {
                    _ = LibcNativeMethods.kill(-_pid, LibcNativeMethods.SIGKILL);
                }

                int status;
                LibcNativeMethods.RUsage usage;
                var result = LibcNativeMethods.wait4(_pid, &status, LibcNativeMethods.WNOHANG, &usage);
                if (result == 0)
                {
                    exit = default;
                    return false;
                }

                _exit = result == _pid
                    ? ProcessExit.FromWaitStatus(status, usage.MaxResidentKib * 1024)
                    : new ProcessExit(0, LibcNativeMethods.SIGKILL, 0); // reaped by someone else: its end is all we know
                _exit = _exit.Value with { RanOutOfMemory = _exit is not { Signal: 0, Code: 0 } && OutOfMemoryKills > 0 };
            }

            exit = _exit.Value;
            return true;
        }
    }

    /// <summary>Waits for the end. The process has been killed or is known to end.</summary>
    public ProcessExit Wait()
    {
        ProcessExit exit;
        while (!TryReap(out exit))
        {
            var poll = new LibcNativeMethods.PollFd { Fd = ExitedFd, Events = LibcNativeMethods.POLLIN };
            _ = LibcNativeMethods.poll(&poll, 1, ExitedFd < 0 ? 2 : 1000);
        }

        return exit;
    }

    /// <summary>Kills and reaps.</summary>
    public void Dispose()
    {
        Kill();
        Wait();
        _exited.Dispose();
        _group?.Dispose();
    }

    private bool HasExited()
    {
        var poll = new LibcNativeMethods.PollFd { Fd = ExitedFd, Events = LibcNativeMethods.POLLIN };
        return LibcNativeMethods.poll(&poll, 1, 0) > 0;
    }

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new Win32Exception(error);
        }
    }

    /// <summary>A null-terminated vector of C strings, as execve takes it.</summary>
    private sealed class StringVector : IDisposable
    {
        private readonly byte* _block;

        internal StringVector(IReadOnlyList<string> values)
        {
            var bytes = 0;
            foreach (var value in values)
            {
                bytes += Encoding.UTF8.GetByteCount(value) + 1;
            }

            var vector = sizeof(byte*) * (values.Count + 1);
            _block = (byte*)System.Runtime.InteropServices.NativeMemory.Alloc((nuint)(vector + bytes));
            Pointer = (byte**)_block;
            var next = _block + vector;
            for (var i = 0; i < values.Count; i++)
            {
                Pointer[i] = next;
                var written = Encoding.UTF8.GetBytes(values[i], new Span<byte>(next, bytes));
                next[written] = 0;
                next += written + 1;
                bytes -= written + 1;
            }

            Pointer[values.Count] = null;
        }

        internal byte** Pointer { get; }

        public void Dispose() => System.Runtime.InteropServices.NativeMemory.Free(_block);
    }
}
