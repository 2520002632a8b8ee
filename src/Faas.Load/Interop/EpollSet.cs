using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Faas.Load.Interop;

/// <summary>
/// Waits for many sockets on one thread. A managed wrapper over epoll rather than asynchronous sockets: a thread that
/// waits, reads, answers and waits again takes no thread-pool hop for each response, and the load injector shares its
/// processors with the server it measures. Level-triggered; each socket is named by the index given to <see cref="Add"/>.
/// </summary>
internal sealed unsafe class EpollSet : IDisposable
{
    private const int MaxEvents = 256; // events fetched by one call; more stay ready for the next
    private const int EINTR = 4;
    private const int ENOSYS = 38;

    /// <summary>struct epoll_event { uint32_t events; epoll_data_t data; } is packed on x86-64 and on no other machine.</summary>
    private static readonly int s_dataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int s_eventBytes = s_dataOffset + 8;

    private readonly EpollHandle _handle;
    private readonly byte[] _events = GC.AllocateArray<byte>(MaxEvents * 16, pinned: true);
    private bool _hasNanoseconds = true;

    public EpollSet()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("the load injector needs Linux (epoll)");
        }

        _handle = new EpollHandle(EpollNativeMethods.epoll_create1(EpollNativeMethods.EPOLL_CLOEXEC));
        if (_handle.IsInvalid)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    private int Descriptor => (int)_handle.DangerousGetHandle();

    public void Add(SafeHandle socket, int index, bool wantsWrite) => Control(EpollNativeMethods.EPOLL_CTL_ADD, socket, index, wantsWrite);

    public void Modify(SafeHandle socket, int index, bool wantsWrite) => Control(EpollNativeMethods.EPOLL_CTL_MOD, socket, index, wantsWrite);

    public void Remove(SafeHandle socket) => Control(EpollNativeMethods.EPOLL_CTL_DEL, socket, 0, wantsWrite: false);

    /// <summary>Waits at most <paramref name="timeoutNanoseconds"/>; 0 only looks. Returns how many sockets are ready.</summary>
    public int Wait(long timeoutNanoseconds)
    {
        fixed (byte* events = _events)
        {
            int count;
            if (timeoutNanoseconds <= 0)
            {
                count = EpollNativeMethods.epoll_wait(Descriptor, events, MaxEvents, 0);
            }
            else if (_hasNanoseconds)
            {
                count = WaitNanoseconds(events, timeoutNanoseconds);
            }
            else
            {
                count = EpollNativeMethods.epoll_wait(Descriptor, events, MaxEvents, (int)Math.Max(1, timeoutNanoseconds / 1_000_000));
            }

            if (count >= 0)
            {
                return count;
            }
        }

        var error = Marshal.GetLastPInvokeError();
        if (error == ENOSYS && _hasNanoseconds)
        {
            _hasNanoseconds = false;
            return 0;
        }

        return error == EINTR ? 0 : throw new Win32Exception(error);
    }

    /// <summary>The index of ready socket <paramref name="i"/> of the last <see cref="Wait"/>.</summary>
    public int IndexOf(int i)
        => MemoryMarshal.Read<int>(_events.AsSpan(i * s_eventBytes + s_dataOffset));

    /// <summary>Whether ready socket <paramref name="i"/> can be read, has ended or has failed (a read tells which).</summary>
    public bool IsReadable(int i)
        => (EventsOf(i) & (EpollNativeMethods.EPOLLIN | EpollNativeMethods.EPOLLERR | EpollNativeMethods.EPOLLHUP)) != 0;

    /// <summary>Whether ready socket <paramref name="i"/> takes more bytes.</summary>
    public bool IsWritable(int i) => (EventsOf(i) & EpollNativeMethods.EPOLLOUT) != 0;

    public void Dispose() => _handle.Dispose();

    private int WaitNanoseconds(byte* events, long timeoutNanoseconds)
    {
        var timeout = stackalloc nint[2];
        timeout[0] = (nint)(timeoutNanoseconds / 1_000_000_000);
        timeout[1] = (nint)(timeoutNanoseconds % 1_000_000_000);
        try
        {
            return EpollNativeMethods.epoll_pwait2(Descriptor, events, MaxEvents, timeout, null);
        }
        catch (EntryPointNotFoundException)
        {
            _hasNanoseconds = false; // an older C library: milliseconds from here on
            return 0;
        }
    }

    private uint EventsOf(int i) => MemoryMarshal.Read<uint>(_events.AsSpan(i * s_eventBytes));

    private void Control(int operation, SafeHandle socket, int index, bool wantsWrite)
    {
        var bytes = stackalloc byte[16];
        *(uint*)bytes = EpollNativeMethods.EPOLLIN | (wantsWrite ? EpollNativeMethods.EPOLLOUT : 0);
        *(long*)(bytes + s_dataOffset) = index;
        if (EpollNativeMethods.epoll_ctl(Descriptor, operation, (int)socket.DangerousGetHandle(), bytes) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }
}
