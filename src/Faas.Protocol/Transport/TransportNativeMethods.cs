using System.Runtime.InteropServices;

namespace Faas.Protocol.Transport;

/// <summary>What sockets need of the C library and .NET does not offer (Linux, glibc).</summary>
internal static partial class TransportNativeMethods
{
    public const int AF_UNIX = 1;
    public const int SOCK_STREAM = 1;
    public const int SOCK_CLOEXEC = 0x80000;

    /// <summary>Cannot fail (geteuid(2)).</summary>
    [LibraryImport("libc")]
    public static partial uint geteuid();

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial int socketpair(int domain, int type, int protocol, int* ends);
}
