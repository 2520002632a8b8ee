using System.Collections.Concurrent;
using System.Globalization;

namespace Faas.Runtimes.Native.Lanes;

/// <summary>
/// Keeps the warm guests of one language in bounds: ends those that nobody has called for a while, and those called
/// longest ago when there are too many.
/// </summary>
internal sealed class GuestKeeper : IDisposable
{
    /// <summary>A handler is loaded again in 2 (PHP) to 80 ms (Node), and holds 10 to 50 MiB meanwhile.</summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromMinutes(1);

    /// <summary>Of one language in one worker: 16 of Node hold 0.5 GiB.</summary>
    private const int DefaultMaxGuests = 16;

    private readonly ConcurrentDictionary<IIdleGuests, bool> _pools = new();
    private readonly ITimer _timer;
    private readonly TimeSpan _idle;

    /// <param name="settings"><c>guest-idle</c>: seconds; <c>guests</c>: processes kept warm.</param>
    /// <param name="time">Says when to look.</param>
    internal GuestKeeper(IReadOnlyDictionary<string, string> settings, TimeProvider time)
    {
        _idle = settings.TryGetValue("guest-idle", out var seconds)
            ? TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture))
            : s_idle;
        MaxGuests = settings.TryGetValue("guests", out var guests) ? int.Parse(guests, CultureInfo.InvariantCulture) : DefaultMaxGuests;
        _timer = time.CreateTimer(static state => ((GuestKeeper)state!).Sweep(), this, _idle / 4, _idle / 4);
    }

    /// <summary>Processes kept warm.</summary>
    internal int MaxGuests { get; }

    internal void Add(IIdleGuests pool) => _pools.TryAdd(pool, true);

    internal void Remove(IIdleGuests pool) => _pools.TryRemove(pool, out _);

    /// <summary>True while there are fewer than there may be.</summary>
    internal bool HasRoom => _pools.Keys.Sum(pool => pool.Guests) < MaxGuests;

    /// <summary>
    /// Before a guest is started: ends the one called longest ago while there are as many as there may be. Guests in
    /// the middle of a call stay, whatever their number, which the worker's slots bound.
    /// </summary>
    /// <returns>False when all of them are in calls: what a call needs is started all the same, nothing else.</returns>
    internal bool MakeRoom()
    {
        while (!HasRoom
            && _pools.Keys.MinBy(pool => pool.OldestUse) is { OldestUse: < long.MaxValue } oldest
            && oldest.TryEndOldest())
        {
        }

        return HasRoom;
    }

    /// <summary>Ends every guest.</summary>
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
            pool.Trim(_idle);
        }
    }
}
