using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace Faas.Runtimes.Native.Processes;

/// <summary>
/// An owned file descriptor, close-on-exec. Not thread-safe: one thread uses and disposes it. A plain object and not
/// a SafeHandle because a poll loop needs the bare number of several of them for its whole life.
/// </summary>
internal sealed unsafe class FileDescriptor : IDisposable
{
    private int _value;

    internal FileDescriptor(int value) => _value = value;

    /// <summary>The number, or −1 once disposed (which <c>poll</c> ignores).</summary>
    internal int Value => _value;

    internal bool IsOpen => _value >= 0;

    public void Dispose()
    {
        var value = Interlocked.Exchange(ref _value, -1);
        if (value >= 0)
        {
            _ = LibcNativeMethods.close(value);
        }
    }

    /// <summary>An anonymous pipe.</summary>
    internal static (FileDescriptor Read, FileDescriptor Write) Pipe()
    {
        var ends = stackalloc int[2];
        if (LibcNativeMethods.pipe2(ends, LibcNativeMethods.O_CLOEXEC) != 0)
        {
            Throw("pipe2");
        }

        return (new FileDescriptor(ends[0]), new FileDescriptor(ends[1]));
    }

    /// <summary>A connected pair of Unix sockets.</summary>
    /// <param name="type"><see cref="LibcNativeMethods.SOCK_STREAM"/> or <see cref="LibcNativeMethods.SOCK_SEQPACKET"/>.</param>
    internal static (FileDescriptor Host, FileDescriptor Guest) SocketPair(int type)
    {
        var ends = stackalloc int[2];
        if (LibcNativeMethods.socketpair(LibcNativeMethods.AF_UNIX, type | LibcNativeMethods.SOCK_CLOEXEC, 0, ends) != 0)
        {
            Throw("socketpair");
        }

        return (new FileDescriptor(ends[0]), new FileDescriptor(ends[1]));
    }

    /// <summary>Opens a file for reading.</summary>
    internal static FileDescriptor OpenRead(string path)
    {
        var bytes = Encoding.UTF8.GetBytes(path + "\0");
        fixed (byte* p = bytes)
        {
            var fd = LibcNativeMethods.open(p, LibcNativeMethods.O_RDONLY | LibcNativeMethods.O_CLOEXEC, 0);
            if (fd < 0)
            {
                Throw("open");
            }

            return new FileDescriptor(fd);
        }
    }

    /// <summary>
    /// A readable descriptor that yields <paramref name="content"/> and then its end: how bwrap is handed file
    /// contents without a path. A pipe, as long as it fits its buffer.
    /// </summary>
    internal static FileDescriptor OfContent(ReadOnlySpan<byte> content)
    {
        if (content.Length > 32 * 1024) // half of the default pipe buffer of Linux: never blocks
        {
            return OfLargeContent(content);
        }

        var (read, write) = Pipe();
        using (write)
        {
            fixed (byte* p = content)
            {
                if (LibcNativeMethods.write(write.Value, p, (nuint)content.Length) != content.Length)
                {
                    Throw("write");
                }
            }
        }

        return read;
    }

    internal void SetNonBlocking()
    {
        if (LibcNativeMethods.fcntl(_value, LibcNativeMethods.F_SETFL, LibcNativeMethods.O_NONBLOCK) != 0)
        {
            Throw("fcntl");
        }
    }

    private static FileDescriptor OfLargeContent(ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> name = "content\0"u8;
        fixed (byte* p = name)
        {
            const int MFD_CLOEXEC = 1; // linux/memfd.h
            var fd = (int)LibcNativeMethods.syscall(LibcNativeMethods.SYS_memfd_create, (nint)p, MFD_CLOEXEC);
            if (fd < 0)
            {
                Throw("memfd_create");
            }

            var descriptor = new FileDescriptor(fd);
            using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(fd, ownsHandle: false);
            RandomAccess.Write(handle, content, 0); // positioned: the descriptor itself stays at offset 0
            return descriptor;
        }
    }

    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    private static void Throw(string call)
    {
        var errno = Marshal.GetLastPInvokeError();
        throw new Win32Exception(errno, $"{call} failed with errno {errno}");
    }
}
