namespace Faas.Supervisor.Building;

/// <summary>
/// Work that several callers want at the same time is done once. A caller that gives up does not end it for the others;
/// when the last one has given up it is cancelled. Thread-safe.
/// </summary>
internal sealed class SharedWork<T>
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Running> _running = new(StringComparer.Ordinal); // under _gate

    /// <param name="key">Equal for equal work.</param>
    /// <param name="work">Started on the thread pool when nobody is at it.</param>
    internal async Task<T> RunAsync(string key, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Running? running;
        lock (_gate)
        {
            if (!_running.TryGetValue(key, out running))
            {
                var cancellation = new CancellationTokenSource();
                _running[key] = running = new Running(Task.Run(() => work(cancellation.Token), CancellationToken.None), cancellation);
            }

            running.Waiters++;
        }

        try
        {
            return await running.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            var isLast = false;
            lock (_gate)
            {
                if (--running.Waiters == 0)
                {
                    isLast = true;
                    _running.Remove(key);
                }
            }

            if (isLast)
            {
                // Not disposed: abandoned work may still look at the token, and there is no timer in it to give back.
                await running.Cancellation.CancelAsync();
            }
        }
    }

    private sealed class Running(Task<T> task, CancellationTokenSource cancellation)
    {
        public Task<T> Task => task;

        public CancellationTokenSource Cancellation => cancellation;

        public int Waiters { get; set; }
    }
}
