using System.Diagnostics;
using Faas.Runtimes.Native.Processes;
using Faas.Runtimes.Native.Sandbox;

namespace Faas.Runtimes.Native.Lanes;

/// <summary>
/// A process with several lanes. To kill one call is to retire the process: no new call is given to it, those in
/// flight on other lanes go on, and it ends with the last of them. Unless the call has blocked the event loop, in which
/// case they could only wait for their deadlines: then the process ends at once, and they with it.
/// </summary>
internal sealed unsafe class SharedGuest : IGuestProcess
{
    /// <summary>
    /// A loop that turns echoes the pulse in less than a millisecond. What is left of 50 ms, within which the processes
    /// of a call past its limit are to be gone, is for the kill.
    /// </summary>
    private const int PulseMilliseconds = 30;

    private readonly Lock _pulseLock = new();
    private readonly ChildProcess _process;
    private readonly FileDescriptor _errorPipe;
    private readonly FileDescriptor? _pulse;
    private readonly WorkFolder? _folder;
    private int _lanes;
    private volatile bool _isRetired;
    private volatile bool _wasBlocked;

    /// <param name="process">The process.</param>
    /// <param name="errorPipe">What the interpreter itself says; owned.</param>
    /// <param name="pulse">A socket on which the process echoes as long as its loop turns; owned. Null for one lane.</param>
    /// <param name="lanes">How many there are.</param>
    /// <param name="folder">Its current folder where there is no sandbox; owned.</param>
    internal SharedGuest(ChildProcess process, FileDescriptor errorPipe, FileDescriptor? pulse, int lanes, WorkFolder? folder)
    {
        _folder = folder;
        _process = process;
        _errorPipe = errorPipe;
        _pulse = pulse;
        _lanes = lanes;
    }

    /// <inheritdoc/>
    public int ExitedFd => _process.ExitedFd;

    /// <inheritdoc/>
    public bool IsRetired => _isRetired;

    /// <inheritdoc/>
    public string? EndedBecause => _wasBlocked ? "a call of this handler blocked its process" : null;

    /// <inheritdoc/>
    public void Kill()
    {
        _isRetired = true;
        if (_pulse is not null)
        {
            // The call that is over need not wait for what becomes of the others.
            ThreadPool.UnsafeQueueUserWorkItem(static guest => guest.EndIfBlocked(), this, preferLocal: false);
        }
    }

    /// <inheritdoc/>
    public bool TryReap(out ProcessExit exit)
    {
        if (_process.TryReap(out exit))
        {
            return true;
        }

        exit = new ProcessExit(0, LibcNativeMethods.SIGKILL, 0);
        return _isRetired;
    }

    /// <inheritdoc/>
    public ProcessExit Wait() => TryReap(out var exit) ? exit : _process.Wait();

    /// <summary>Called once for each lane.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _lanes) == 0)
        {
            _process.Dispose(); // which also ends a pulse that is being waited for
            lock (_pulseLock)
            {
                _pulse?.Dispose();
            }

            _errorPipe.Dispose();
            _folder?.Dispose();
        }
    }

    private void EndIfBlocked()
    {
        lock (_pulseLock)
        {
            if (_pulse is not { IsOpen: true } pulse || _process.TryReap(out _))
            {
                return;
            }

            byte beat = 0;
            _ = LibcNativeMethods.send(pulse.Value, &beat, 1, LibcNativeMethods.MSG_DONTWAIT | LibcNativeMethods.MSG_NOSIGNAL);
            var deadline = Stopwatch.GetTimestamp() + (PulseMilliseconds * (Stopwatch.Frequency / 1000));
            var poll = new LibcNativeMethods.PollFd { Fd = pulse.Value, Events = LibcNativeMethods.POLLIN };
            int ready;
            do
            {
                ready = LibcNativeMethods.poll(&poll, 1, StreamPump.RemainingMilliseconds(deadline));
            }
            while (ready < 0 && Stopwatch.GetTimestamp() < deadline); // EINTR
            if (ready > 0)
            {
                _ = LibcNativeMethods.recv(pulse.Value, &beat, 1, LibcNativeMethods.MSG_DONTWAIT);
                return;
            }

            _wasBlocked = true;
            _process.Kill();
        }
    }
}
