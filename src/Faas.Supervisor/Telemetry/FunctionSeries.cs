namespace Faas.Supervisor.Telemetry;

/// <summary>Everything counted under one set of function labels: a version of a function, or all those past the bound.</summary>
/// <param name="name">Label <c>function</c>.</param>
/// <param name="version">Label <c>version</c>.</param>
/// <param name="language">Label <c>language</c>.</param>
/// <param name="workers">Number of the pool's positions.</param>
internal sealed class FunctionSeries(string name, string version, string language, int workers)
{
    // The last one is for what no worker had.
    private readonly WorkerSeries?[] _workers = new WorkerSeries?[workers + 1];

    public string Name => name;

    public string Version => version;

    public string Language => language;

    /// <summary>The counters for a worker by index; any other number is "no worker".</summary>
    public WorkerSeries At(int worker)
    {
        var index = (uint)worker < (uint)workers ? worker : workers;
        return Volatile.Read(ref _workers[index]) ?? Create(index);
    }

    /// <summary>Those that have counted something, with the worker's index; null for "no worker".</summary>
    public IEnumerable<(int? Worker, WorkerSeries Series)> Used()
    {
        for (var index = 0; index <= workers; index++)
        {
            if (Volatile.Read(ref _workers[index]) is { } series)
            {
                yield return (index < workers ? index : null, series);
            }
        }
    }

    private WorkerSeries Create(int index)
    {
        var created = new WorkerSeries();
        return Interlocked.CompareExchange(ref _workers[index], created, null) ?? created;
    }
}
