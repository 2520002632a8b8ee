using System.Runtime.InteropServices;

namespace Faas.Runtimes.Native.Processes;

/// <summary>
/// The part of libc that starting, feeding and ending child processes needs. Linux, 64-bit: constants and layouts
/// are those of x86-64 and AArch64, which agree in everything used here.
/// </summary>
internal static unsafe partial class LibcNativeMethods
{
    private const string Library = "libc";

    // fcntl.h, bits/fcntl-linux.h
    internal const int O_RDONLY = 0;
    internal const int O_CLOEXEC = 0x80000;
    internal const int O_NONBLOCK = 0x800;
    internal const int F_SETFL = 4;

    // errno.h
    internal const int EINTR = 4;
    internal const int EAGAIN = 11;
    internal const int ECHILD = 10;

    // signal.h
    internal const int SIGKILL = 9;

    // poll.h
    internal const short POLLIN = 0x1;
    internal const short POLLOUT = 0x4;
    internal const short POLLERR = 0x8;
    internal const short POLLHUP = 0x10;

    // sys/socket.h
    internal const int AF_UNIX = 1;
    internal const int SOCK_STREAM = 1;
    internal const int SOCK_SEQPACKET = 5;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int SOL_SOCKET = 1;
    internal const int SCM_RIGHTS = 1;
    internal const int MSG_DONTWAIT = 0x40;
    internal const int MSG_NOSIGNAL = 0x4000;

    // sys/wait.h
    internal const int WNOHANG = 1;

    // spawn.h
    internal const short POSIX_SPAWN_SETSIGDEF = 0x04;
    internal const short POSIX_SPAWN_SETSIGMASK = 0x08;
    internal const short POSIX_SPAWN_SETSID = 0x80;

    /// <summary>posix_spawnattr_t and posix_spawn_file_actions_t are 336 and 80 bytes in glibc and musl; sigset_t 128.</summary>
    internal const int OpaqueBytes = 512;

    /// <summary>SYS_pidfd_open, the same number on every architecture (Linux 5.3).</summary>
    internal const nint SYS_pidfd_open = 434;

    /// <summary>SYS_pidfd_send_signal, the same number on every architecture (Linux 5.1).</summary>
    internal const nint SYS_pidfd_send_signal = 424;

    /// <summary>SYS_memfd_create on x86-64; AArch64 has 279.</summary>
    internal static nint SYS_memfd_create => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 319 : 279;

    /// <summary>poll.h, struct pollfd.</summary>
    internal struct PollFd
    {
        public int Fd;
        public short Events;
        public short Revents;
    }

    /// <summary>sys/uio.h, struct iovec.</summary>
    internal struct IoVec
    {
        public void* Base;
        public nuint Length;
    }

    /// <summary>sys/socket.h, struct msghdr (64-bit: the two ints are followed by padding).</summary>
    internal struct MsgHdr
    {
        public void* Name;
        public uint NameLength;
        public IoVec* Vectors;
        public nuint VectorCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>sys/resource.h, struct rusage: two timevals, then fourteen longs of which the first is ru_maxrss in KiB.</summary>
    internal struct RUsage
    {
        public long UserSeconds;
        public long UserMicroseconds;
        public long SystemSeconds;
        public long SystemMicroseconds;
        public long MaxResidentKib;
        public fixed long Rest[13];
    }

    // unistd.h
    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint read(int fd, byte* buf, nuint count);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint write(int fd, byte* buf, nuint count);

    [LibraryImport(Library)]
    internal static partial int close(int fd);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int pipe2(int* pipefd, int flags);

    [LibraryImport(Library)]
    internal static partial uint geteuid();

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint syscall(nint number, nint a, nint b);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint syscall(nint number, nint a, nint b, nint c, nint d);

    /// <summary>sys/vfs.h, struct statfs on 64-bit Linux, as far as it is of use.</summary>
    internal struct StatFs
    {
        internal nint Type;
        internal nint BlockSize;
        internal nint Blocks;
        internal nint FreeBlocks;
        internal nint AvailableBlocks;
        internal nint Files;
        internal nint FreeFiles;
        private unsafe fixed long _rest[16];
    }

    // sys/vfs.h
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int statfs(byte* path, StatFs* buf);

    // fcntl.h (variadic; integer arguments travel as in an ordinary call on the supported ABIs)
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int open(byte* pathname, int flags, int mode);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fcntl(int fd, int cmd, int arg);

    // poll.h
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int poll(PollFd* fds, nuint nfds, int timeout);

    // sys/socket.h
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int socketpair(int domain, int type, int protocol, int* sv);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int shutdown(int sockfd, int how);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint sendmsg(int sockfd, MsgHdr* msg, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint send(int sockfd, byte* buf, nuint len, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint recv(int sockfd, byte* buf, nuint len, int flags);

    // signal.h
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int kill(int pid, int sig);

    [LibraryImport(Library)]
    internal static partial int sigemptyset(byte* set);

    [LibraryImport(Library)]
    internal static partial int sigfillset(byte* set);

    // sys/wait.h
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int wait4(int pid, int* wstatus, int options, RUsage* rusage);

    // spawn.h: all of these return an errno value instead of setting it
    [LibraryImport(Library)]
    internal static partial int posix_spawn(int* pid, byte* path, byte* file_actions, byte* attrp, byte** argv, byte** envp);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_init(byte* attr);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_destroy(byte* attr);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setflags(byte* attr, short flags);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setsigdefault(byte* attr, byte* sigdefault);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setsigmask(byte* attr, byte* sigmask);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_init(byte* file_actions);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_destroy(byte* file_actions);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_adddup2(byte* file_actions, int fildes, int newfildes);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_addclose(byte* file_actions, int fildes);
}
