namespace Faas.Supervisor.AsyncInvocations;

/// <summary>Tasks that were begun and not waited for, so that somebody can. Any thread.</summary>
/// <param name="ended">Called after one has ended and is no longer counted.</param>
internal sealed class RunningTasks(Action ended)
{
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _tasks = []; // under _gate

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _tasks.Count;
            }
        }
    }

    /// <param name="begin">Its task does not fail.</param>
    public void Begin(Func<Task> begin)
    {
        lock (_gate)
        {
            var task = begin();
            _tasks.Add(task);
            _ = task.ContinueWith(
                done =>
                {
                    lock (_gate)
                    {
                        _tasks.Remove(done);
                    }

                    ended();
                },
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default);
        }
    }

    /// <summary>Completes when those begun before have ended.</summary>
    public Task WhenAllAsync()
    {
        lock (_gate)
        {
            return Task.WhenAll(_tasks);
        }
    }
}
