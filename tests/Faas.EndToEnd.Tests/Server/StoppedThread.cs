namespace Faas.EndToEnd.Tests.Server;

/// <summary>One thread of a child process that stands still, as a debugger holds it, until this is disposed.</summary>
internal sealed class StoppedThread : IDisposable
{
    private readonly ManualResetEventSlim _release = new();
    private readonly TaskCompletionSource<bool> _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _tracer; // only the thread that attached may detach

    private StoppedThread(int threadId)
    {
        _tracer = new Thread(() => Hold(threadId));
        _tracer.Start();
    }

    /// <returns>Null when this machine does not allow it.</returns>
    public static async Task<StoppedThread?> TryStopAsync(int threadId)
    {
        var stopped = new StoppedThread(threadId);
        if (await stopped._stopped.Task)
        {
            return stopped;
        }

        stopped.Dispose();
        return null;
    }

    /// <summary>Threads of a process by their names.</summary>
    public static IReadOnlyList<int> Named(int processId, string name) =>
    [
        .. Directory.GetDirectories($"/proc/{processId}/task")
            .Where(task => File.ReadAllText(Path.Combine(task, "comm")).Trim() == name)
            .Select(task => int.Parse(Path.GetFileName(task), System.Globalization.CultureInfo.InvariantCulture)),
    ];

    public void Dispose()
    {
        _release.Set();
        _tracer.Join();
        _release.Dispose();
    }

    private void Hold(int threadId)
    {
        if (LibcNativeMethods.ptrace(LibcNativeMethods.PTRACE_SEIZE, threadId, 0, 0) != 0)
        {
            _stopped.SetResult(false);
            return;
        }

        var isStopped = LibcNativeMethods.ptrace(LibcNativeMethods.PTRACE_INTERRUPT, threadId, 0, 0) == 0
            && LibcNativeMethods.waitpid(threadId, out _, LibcNativeMethods.WALL) == threadId;
        _stopped.SetResult(isStopped);
        _release.Wait();
        _ = LibcNativeMethods.ptrace(LibcNativeMethods.PTRACE_DETACH, threadId, 0, 0);
    }
}
