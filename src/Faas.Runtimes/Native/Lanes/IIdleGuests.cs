namespace Faas.Runtimes.Native.Lanes;

/// <summary>Warm guests that are ended when nobody calls them. Any thread.</summary>
internal interface IIdleGuests : IDisposable
{
    /// <summary>Processes that count against a worker's bound.</summary>
    int Guests { get; }

    /// <summary>Stopwatch ticks at which the guest used longest ago was last used; <see cref="long.MaxValue"/> when none is idle.</summary>
    long OldestUse { get; }

    /// <summary>Ends that guest. False when none was idle any more.</summary>
    bool TryEndOldest();

    /// <summary>Ends those that were idle for longer than <paramref name="idle"/>.</summary>
    void Trim(TimeSpan idle);
}
