using System.Runtime.InteropServices;

namespace Faas.Supervisor.Functions.Interop;

/// <summary>The few calls of the C library that the supervisor needs and .NET does not offer. Linux only.</summary>
internal static unsafe partial class PosixNativeMethods
{
    private const string Library = "libc";

    // fcntl.h: the values are the same on every architecture .NET supports.
    internal const int O_RDONLY = 0;
    internal const int O_RDWR = 2;
    internal const int O_CREAT = 0x40;
    internal const int O_CLOEXEC = 0x80000;
    internal const int AT_FDCWD = -100;

    // sys/file.h
    internal const int LOCK_EX = 2;
    internal const int LOCK_NB = 4;

    // errno.h, signal.h
    internal const int ENOENT = 2;
    internal const int ENOEXEC = 8;
    internal const int EWOULDBLOCK = 11;
    internal const int EACCES = 13;
    internal const int ENOTDIR = 20;
    internal const int SIGKILL = 9;

    // sys/resource.h
    internal const int RLIMIT_NOFILE = 7;

    // linux/stat.h: type, mode, … size, inode, times.
    internal const uint STATX_BASIC_STATS = 0x7ff;

    /// <summary>Owns the returned descriptor; −1 and errno on failure.</summary>
    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int open(string pathname, int flags, uint mode);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int close(int fd);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fsync(int fd);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int flock(int fd, int operation);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int getrlimit(int resource, ResourceLimit* rlim);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int setrlimit(int resource, ResourceLimit* rlim);

    [LibraryImport(Library)]
    internal static partial uint geteuid();

    /// <summary>A negative <paramref name="pid"/> means the process group.</summary>
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int kill(int pid, int sig);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int statx(int dirfd, string pathname, int flags, uint mask, StatxBuffer* statxbuf);
}
