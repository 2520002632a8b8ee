using Faas.Runtimes.Native.Processes;
using Faas.Runtimes.Native.Sandbox;

namespace Faas.Runtimes.Native.Lanes;

/// <summary>
/// A process with several lanes. To kill one call is to retire the process: no new call is given to it, those in
/// flight on other lanes go on, and it ends with the last of them.
/// </summary>
internal sealed class SharedGuest : IGuestProcess
{
    private readonly ChildProcess _process;
    private readonly FileDescriptor _errorPipe;
    private readonly WorkFolder? _folder;
    private int _lanes;
    private volatile bool _isRetired;

    internal SharedGuest(ChildProcess process, FileDescriptor errorPipe, int lanes, WorkFolder? folder)
    {
        _folder = folder;
        _process = process;
        _errorPipe = errorPipe;
        _lanes = lanes;
    }

    /// <inheritdoc/>
    public int ExitedFd => _process.ExitedFd;

    /// <inheritdoc/>
    public void Kill() => _isRetired = true;

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
            _process.Dispose();
            _errorPipe.Dispose();
            _folder?.Dispose();
        }
    }
}
