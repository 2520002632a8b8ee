using System.Runtime.InteropServices;

namespace Faas.EndToEnd.Tests.Server;

internal static partial class LibcNativeMethods
{
    public const int SIGKILL = 9;
    public const int SIGINT = 2;
    public const int SIGTERM = 15;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int sig);
}
