using System.Runtime.InteropServices;

#pragma warning disable IDE1006, CS8981 // C names stay C names.
namespace Faas.Runtimes.Wasmtime.Interop;

/// <summary>What guest memory needs of Linux's C library. Constants are those of x86-64 and arm64 Linux.</summary>
internal static unsafe partial class LibcNativeMethods
{
    public const int PROT_NONE = 0;
    public const int PROT_READ = 1;
    public const int PROT_WRITE = 2;
    public const int MAP_PRIVATE = 0x02;
    public const int MAP_ANONYMOUS = 0x20;
    public const int MAP_NORESERVE = 0x4000;
    public const int MADV_DONTNEED = 4;
    public const int MADV_NOHUGEPAGE = 15;
    public const int O_RDONLY = 0;
    public const int O_CLOEXEC = 0x80000;
    public const int RUSAGE_THREAD = 1;

    private const string Library = "libc";

    [LibraryImport(Library, SetLastError = true)]
    public static partial void* mmap(void* addr, nuint length, int prot, int flags, int fd, nint offset);

    [LibraryImport(Library)]
    public static partial int munmap(void* addr, nuint length);

    [LibraryImport(Library, SetLastError = true)]
    public static partial int mprotect(void* addr, nuint len, int prot);

    [LibraryImport(Library)]
    public static partial int madvise(void* addr, nuint length, int advice);

    [LibraryImport(Library)]
    public static partial int open(byte* pathname, int flags, int mode);

    [LibraryImport(Library)]
    public static partial int close(int fd);

    [LibraryImport(Library)]
    public static partial nint pread(int fd, void* buf, nuint count, nint offset);

    /// <summary>About 0.2 µs and never waits: no transition out of the runtime.</summary>
    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int getrusage(int who, rusage* usage);

    /// <summary><c>struct rusage</c>: two <c>timeval</c>, then fourteen <c>long</c>.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 144)]
    public struct rusage
    {
        [FieldOffset(64)]
        public long ru_minflt;

        [FieldOffset(72)]
        public long ru_majflt;
    }
}
