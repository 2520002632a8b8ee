using System.Runtime.InteropServices;

namespace Faas.WorkerHost.Interop;

/// <summary>The few libc calls of the worker. C names and parameters unchanged.</summary>
internal static partial class LibcNativeMethods
{
    private const string Library = "libc";

    // sys/prctl.h
    internal const int PR_SET_PDEATHSIG = 1;

    // sched.h
    internal const int SCHED_BATCH = 3;

    // signal.h
    internal const int SIGKILL = 9;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int prctl(int option, nuint arg2, nuint arg3, nuint arg4, nuint arg5);

    [LibraryImport(Library)]
    internal static partial int getppid();

    // struct sched_param is one int, the priority, which must be 0 for SCHED_BATCH.
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int sched_setscheduler(int pid, int policy, in int param);
}
