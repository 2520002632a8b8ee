using System.Collections.Concurrent;
using System.Diagnostics;

namespace Faas.Supervisor.Workers;

/// <summary>
/// Starts worker processes from one thread that lives as long as the supervisor. A worker asks the kernel to be killed
/// when its parent ends (prctl(2), PR_SET_PDEATHSIG), and there "parent" means the thread that started it: from a pool
/// thread, which comes and goes, workers would be killed at random.
/// </summary>
internal sealed class SpawnerThread : IDisposable
{
    private readonly BlockingCollection<(ProcessStartInfo Info, TaskCompletionSource<Process> Started)> _orders = [];

    public SpawnerThread() => new Thread(Loop) { Name = "spawner", IsBackground = true }.Start();

    /// <summary>Starts a process.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    public Task<Process> StartAsync(ProcessStartInfo info)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _orders.Add((info, started));
        return started.Task;
    }

    /// <summary>Takes no more orders. The thread itself stays until the process ends: its end would kill the workers.</summary>
    public void Dispose() => _orders.CompleteAdding();

    private void Loop()
    {
        foreach (var (info, started) in _orders.GetConsumingEnumerable())
        {
            try
            {
                started.SetResult(Process.Start(info)!);
            }
            catch (Exception exception)
            {
                started.SetException(exception);
            }
        }

        Thread.Sleep(Timeout.Infinite);
    }
}
