using System.Runtime.InteropServices;

namespace Faas.Scenarios.Targets;

/// <summary>Signals to the processes of a run, and their clocks.</summary>
internal static partial class LibcNativeMethods
{
    internal const int SIGKILL = 9;
    internal const int SIGSEGV = 11;
    internal const int SIGTERM = 15;
    internal const int SIGCONT = 18;
    internal const int SIGSTOP = 19;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int kill(int pid, int sig);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int clock_gettime(int clockid, out Timespec tp);

    /// <summary><c>struct timespec</c> where <c>time_t</c> and <c>long</c> have 64 bits.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly struct Timespec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int sched_setaffinity(int pid, nuint cpusetsize, in ulong mask);

    internal const uint MS_RDONLY = 1;
    internal const uint MS_REMOUNT = 32;
    internal const uint MS_BIND = 4096;
    internal const int MNT_DETACH = 2;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int mount(string source, string target, string? filesystemtype, nuint mountflags, string? data);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int umount2(string target, int flags);

    internal const int RLIMIT_NOFILE = 7;

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int prlimit(int pid, int resource, ResourceLimit* newLimit, ResourceLimit* oldLimit);

    /// <summary><c>struct rlimit</c> where <c>rlim_t</c> has 64 bits.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct ResourceLimit
    {
        public ulong Soft;
        public ulong Hard;
    }

    internal const int F_SETPIPE_SZ = 1031;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fcntl(SafeHandle fd, int op, int size);
}
