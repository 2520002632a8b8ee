namespace Faas.Scenarios.Targets;

/// <summary>
/// Makes one worker slow by stopping and continuing its process in short turns: what a noisy neighbour does to one of
/// several machines, without touching the worker's program.
/// </summary>
internal sealed class SlowWorker : IAsyncDisposable
{
    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(10); // short against a heartbeat, long against an invocation

    private readonly CancellationTokenSource _end = new();
    private readonly Task _loop;

    public SlowWorker(int processId, double stoppedShare)
    {
        _loop = Task.Factory.StartNew(() => Run(processId, stoppedShare), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _loop;
        _end.Dispose();
    }

    private void Run(int processId, double stoppedShare)
    {
        while (!_end.IsCancellationRequested)
        {
            _ = LibcNativeMethods.kill(processId, LibcNativeMethods.SIGSTOP);
            _end.Token.WaitHandle.WaitOne(s_turn * stoppedShare);
            _ = LibcNativeMethods.kill(processId, LibcNativeMethods.SIGCONT);
            _end.Token.WaitHandle.WaitOne(s_turn * (1 - stoppedShare));
        }
    }
}
