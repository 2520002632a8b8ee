namespace Faas.Supervisor.Functions;

/// <summary>
/// The folders of deleted versions, which stay for as long as a call that began before can still need them: a worker reads
/// them when it loads the function, which may be after the delete. Thread-safe.
/// </summary>
/// <param name="data">The folder.</param>
/// <param name="time">When they go.</param>
/// <param name="removed">Told when one has gone, on a timer's thread; not when all go at the end.</param>
internal sealed class FunctionRemains(DataDirectory data, TimeProvider time, Action<FunctionVersion> removed) : IDisposable
{
    /// <summary>
    /// Past the version's own timeout, which counts from when a worker has the call: for its body to arrive, its wait in the
    /// queue, one more attempt.
    /// </summary>
    internal static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ITimer> _timers = new(StringComparer.Ordinal); // by id, under _gate

    /// <summary>A version that nobody can resolve any more, and whose folder is marked.</summary>
    internal void Add(FunctionVersion version)
    {
        lock (_gate)
        {
            _timers[version.Id] = time.CreateTimer(_ => Remove(version), null, version.Limits.Timeout + Margin, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Nobody calls any more: removes all.</summary>
    public void Dispose()
    {
        List<string> ids;
        lock (_gate)
        {
            ids = [.. _timers.Keys];
            foreach (var timer in _timers.Values)
            {
                timer.Dispose();
            }

            _timers.Clear();
        }

        ids.ForEach(RemoveFolder);
    }

    private void Remove(FunctionVersion version)
    {
        lock (_gate)
        {
            if (!_timers.Remove(version.Id, out var timer))
            {
                return;
            }

            timer.Dispose();
        }

        RemoveFolder(version.Id);
        removed(version);
    }

    private void RemoveFolder(string id) => FunctionFolder.TryRemove(Path.Combine(data.Functions, id));
}
