using System.Runtime.InteropServices;

namespace Faas.Scenarios.Targets;

/// <summary>Signals to the processes of a run, and their clocks.</summary>
internal static partial class LibcNativeMethods
{
    internal const int SIGKILL = 9;
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
}
