using System.Buffers.Binary;
using Faas.Runtimes.Native.Processes;
using Faas.Runtimes.Native.Sandbox;

namespace Faas.Runtimes.Native.Zygotes;

/// <summary>
/// A child of a zygote, seen through its job socket, whose other end the child and the zygote share. The child waits
/// there for its one job; how it ended is written there by itself (a script that came to its end) or by the zygote
/// (any other end); when our side of it ends, the zygote kills the child.
/// </summary>
internal sealed unsafe class ZygoteChild : IGuestProcess
{
    /// <summary>i32 wait status, i64 peak memory.</summary>
    private const int ReportBytes = 12;

    /// <summary>A killed process is gone in a millisecond; what is left after this goes with the worker's scratch folder.</summary>
    private const int ReapMilliseconds = 1000;

    private const int SHUT_WR = 1; // sys/socket.h

    private readonly Lock _lock = new();
    private readonly Zygote _zygote;
    private readonly FileDescriptor _socket;
    private WorkFolder? _folder;
    private string? _functionId;
    private long _granted;
    private ProcessExit? _exit;

    internal ZygoteChild(Zygote zygote, FileDescriptor socket)
    {
        _zygote = zygote;
        _socket = socket;
    }

    /// <inheritdoc/>
    public int ExitedFd => _socket.Value;

    /// <summary>True when the zygote ended before anyone could tell how the child did.</summary>
    internal bool IsLost { get; private set; }

    /// <summary>True where there is no sandbox: its current folder goes with it.</summary>
    internal bool OwnsFolder => _folder is not null;

    /// <summary>Gives it its job.</summary>
    /// <param name="header">What to do (JSON, see <c>Python/zygote.py</c>).</param>
    /// <param name="functionId">Whose job it is: its files stay until the child's end.</param>
    /// <param name="folder">Its current folder where there is no sandbox; owned from now on.</param>
    /// <param name="descriptors">Standard streams of a script, the lane of a handler.</param>
    /// <param name="granted">Bytes of memory that the zygote has granted it.</param>
    /// <returns>False when it has ended.</returns>
    internal bool TryGive(ReadOnlySpan<byte> header, string functionId, WorkFolder? folder, ReadOnlySpan<int> descriptors, long granted)
    {
        _functionId = functionId;
        _folder = folder;
        _granted = granted;
        return DescriptorMessage.TrySend(_socket, header, [], descriptors);
    }

    /// <inheritdoc/>
    public void Kill()
    {
        lock (_lock)
        {
            if (_exit is null && _socket.IsOpen)
            {
                _ = LibcNativeMethods.shutdown(_socket.Value, SHUT_WR);
            }
        }
    }

    /// <inheritdoc/>
    public bool TryReap(out ProcessExit exit)
    {
        lock (_lock)
        {
            if (_exit is null && _socket.IsOpen)
            {
                var report = stackalloc byte[ReportBytes];
                var poll = new LibcNativeMethods.PollFd { Fd = _socket.Value, Events = LibcNativeMethods.POLLIN };
                if (LibcNativeMethods.poll(&poll, 1, 0) <= 0)
                {
                    exit = default;
                    return false;
                }

                var count = LibcNativeMethods.recv(_socket.Value, report, ReportBytes, LibcNativeMethods.MSG_DONTWAIT);
                var span = new ReadOnlySpan<byte>(report, ReportBytes);
                IsLost = count != ReportBytes;
                _exit = IsLost
                    ? new ProcessExit(0, LibcNativeMethods.SIGKILL, 0)
                    : ProcessExit.FromWaitStatus(BinaryPrimitives.ReadInt32LittleEndian(span), BinaryPrimitives.ReadInt64LittleEndian(span[4..]));
                if (_exit is { Signal: LibcNativeMethods.SIGKILL } killed)
                {
                    _exit = killed with { RanOutOfMemory = _zygote.TakeOutOfMemoryKill() };
                }
            }

            exit = _exit ?? new ProcessExit(0, LibcNativeMethods.SIGKILL, 0);
            return true;
        }
    }

    /// <inheritdoc/>
    public ProcessExit Wait()
    {
        ProcessExit exit;
        while (!TryReap(out exit))
        {
            var poll = new LibcNativeMethods.PollFd { Fd = _socket.Value, Events = LibcNativeMethods.POLLIN };
            _ = LibcNativeMethods.poll(&poll, 1, 1000);
        }

        return exit;
    }

    /// <summary>
    /// Kills it and does not wait: the zygote reaps it. Only a folder of its own is not removed before its end.
    /// </summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (!_socket.IsOpen)
            {
                return;
            }

            _exit ??= new ProcessExit(0, LibcNativeMethods.SIGKILL, 0);
            if (_folder is not null)
            {
                WaitUntilReaped();
            }

            _socket.Dispose();
        }

        _zygote.Ended(_granted, _functionId);
        _folder?.Dispose();
    }

    /// <summary>The zygote closes its side when it has reaped the child.</summary>
    private void WaitUntilReaped()
    {
        _ = LibcNativeMethods.shutdown(_socket.Value, SHUT_WR);
        var rest = stackalloc byte[ReportBytes];
        var poll = new LibcNativeMethods.PollFd { Fd = _socket.Value, Events = LibcNativeMethods.POLLIN };
        while (LibcNativeMethods.poll(&poll, 1, ReapMilliseconds) == 1
            && LibcNativeMethods.recv(_socket.Value, rest, ReportBytes, LibcNativeMethods.MSG_DONTWAIT) > 0)
        {
        }
    }
}
