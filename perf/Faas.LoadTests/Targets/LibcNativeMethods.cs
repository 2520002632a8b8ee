using System.Runtime.InteropServices;

namespace Faas.LoadTests.Targets;

/// <summary>Signals to the processes of a run.</summary>
internal static partial class LibcNativeMethods
{
    internal const int SIGKILL = 9;
    internal const int SIGTERM = 15;
    internal const int SIGCONT = 18;
    internal const int SIGSTOP = 19;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int kill(int pid, int sig);
}
