using System.Diagnostics;
using Faas.Runtimes.Native.Processes;

namespace Faas.Runtimes.Native.Lanes;

/// <summary>A socket to a warm guest, over which calls are made one after the other.</summary>
internal sealed class GuestLane : IDisposable
{
    private const int SHUT_RDWR = 2; // sys/socket.h

    private readonly Lock _lock = new();
    private bool _isArmed;
    private bool _isInterrupted;

    internal GuestLane(FileDescriptor socket, IGuestProcess process, FileDescriptor? errorPipe = null)
    {
        Socket = socket;
        Process = process;
        ErrorPipe = errorPipe;
        LastUsed = Stopwatch.GetTimestamp();
    }

    internal FileDescriptor Socket { get; }

    internal IGuestProcess Process { get; }

    /// <summary>What the interpreter itself says when it dies; not owned, null when it has nowhere to say it.</summary>
    internal FileDescriptor? ErrorPipe { get; }

    /// <summary>Calls made so far.</summary>
    internal int Calls { get; set; }

    /// <summary>Stopwatch ticks of the last call's end.</summary>
    internal long LastUsed { get; set; }

    /// <summary>An 'N' frame must be read before the next call.</summary>
    internal bool IsCleaning { get; set; }

    /// <summary>
    /// The guest says with an 'N' frame that it is up, and is given nothing before. The launchers set their parent-death
    /// signals on the way there: if this process were killed in between, they would outlive it and run what waits in the
    /// socket. A guest that was given nothing finds the socket's end and leaves.
    /// </summary>
    internal bool IsStarting { get; set; }

    /// <summary>Before a call: from now on <see cref="Interrupt"/> ends it.</summary>
    internal void Arm()
    {
        lock (_lock)
        {
            _isArmed = true;
        }
    }

    /// <summary>Ends a running call by closing the conversation; the slot's thread then ends the guest. Any thread.</summary>
    internal void Interrupt()
    {
        lock (_lock)
        {
            if (_isArmed && Socket.IsOpen)
            {
                _isInterrupted = true;
                _ = LibcNativeMethods.shutdown(Socket.Value, SHUT_RDWR);
            }
        }
    }

    /// <summary>After a call. False when it was interrupted: the lane cannot be used again.</summary>
    internal bool Disarm()
    {
        lock (_lock)
        {
            _isArmed = false;
            return !_isInterrupted;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isArmed = false;
            Socket.Dispose();
        }

        Process.Dispose();
    }
}
