using System.Runtime.InteropServices;

namespace Faas.Load.Interop;

/// <summary>The four calls of <c>sys/epoll.h</c>, and <c>close</c>. C names, C parameter names.</summary>
internal static unsafe partial class EpollNativeMethods
{
    internal const int EPOLL_CLOEXEC = 0x80000;
    internal const int EPOLL_CTL_ADD = 1;
    internal const int EPOLL_CTL_DEL = 2;
    internal const int EPOLL_CTL_MOD = 3;
    internal const uint EPOLLIN = 0x001;
    internal const uint EPOLLOUT = 0x004;
    internal const uint EPOLLERR = 0x008;
    internal const uint EPOLLHUP = 0x010;

    private const string Library = "libc";

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_create1(int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_ctl(int epfd, int op, int fd, void* @event);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_wait(int epfd, void* events, int maxevents, int timeout);

    /// <summary>Nanosecond timeouts: Linux 5.11 and glibc 2.35. <paramref name="timeout"/> is a <c>struct timespec</c>, two longs.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_pwait2(int epfd, void* events, int maxevents, nint* timeout, void* sigmask);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int close(int fd);
}
