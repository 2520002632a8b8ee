using System.Buffers.Binary;
using Faas.Runtimes.Native.Processes;
using Faas.Runtimes.Native.Sandbox;

namespace Faas.Runtimes.Native.Zygotes;

/// <summary>
/// A child of a zygote, seen through its job socket: the zygote writes the wait status there when it has reaped the
/// child; a byte from us, or our end's close, has it killed.
/// </summary>
internal sealed unsafe class ZygoteJob : IGuestProcess
{
    /// <summary>i32 wait status, i64 peak memory.</summary>
    private const int ReportBytes = 12;

    private readonly Lock _lock = new();
    private readonly FileDescriptor _socket;
    private readonly WorkFolder? _folder;
    private ProcessExit? _exit;

    internal ZygoteJob(FileDescriptor socket, WorkFolder? folder)
    {
        _socket = socket;
        _folder = folder;
    }

    /// <inheritdoc/>
    public int ExitedFd => _socket.Value;

    /// <summary>True when the zygote ended before it could tell how the child did.</summary>
    internal bool IsLost { get; private set; }

    /// <inheritdoc/>
    public void Kill()
    {
        lock (_lock)
        {
            if (_exit is null && _socket.IsOpen)
            {
                byte kill = 1;
                _ = LibcNativeMethods.send(_socket.Value, &kill, 1, LibcNativeMethods.MSG_DONTWAIT | LibcNativeMethods.MSG_NOSIGNAL);
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

    /// <summary>Kills and waits.</summary>
    public void Dispose()
    {
        Kill();
        Wait();
        lock (_lock)
        {
            _socket.Dispose();
        }

        _folder?.Dispose();
    }
}
