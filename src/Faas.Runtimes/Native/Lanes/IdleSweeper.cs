using System.Collections.Concurrent;

namespace Faas.Runtimes.Native.Lanes;

/// <summary>Ends guests that nobody has called for a while.</summary>
internal sealed class IdleSweeper : IDisposable
{
    /// <summary>A handler is loaded again in 2 (PHP) to 80 ms (Node), and holds 10 to 50 MiB meanwhile.</summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<IIdleGuests, bool> _pools = new();
    private readonly ITimer _timer;

    internal IdleSweeper(TimeProvider time) =>
        _timer = time.CreateTimer(static state => ((IdleSweeper)state!).Sweep(), this, s_period, s_period);

    internal void Add(IIdleGuests pool) => _pools.TryAdd(pool, true);

    internal void Remove(IIdleGuests pool) => _pools.TryRemove(pool, out _);

    /// <summary>Ends every idle guest.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        foreach (var (pool, _) in _pools)
        {
            pool.Dispose();
        }
    }

    private void Sweep()
    {
        foreach (var (pool, _) in _pools)
        {
            pool.Trim(s_idle);
        }
    }
}
