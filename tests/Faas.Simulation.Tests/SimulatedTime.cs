namespace Faas.Simulation.Tests;

/// <summary>The world's clock as the supervisor sees it: ns since the world began, and a wall clock that may jump.</summary>
internal sealed class SimulatedTime(SimulatedWorld world) : TimeProvider
{
    private static readonly DateTimeOffset s_epoch = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What the wall clock has jumped by.</summary>
    public TimeSpan Jumped { get; set; }

    public override long TimestampFrequency => 1_000_000_000;

    public override long GetTimestamp()
    {
        world.CheckThread();
        world.Glance?.Invoke();
        return world.Now;
    }

    public override DateTimeOffset GetUtcNow() => s_epoch + Jumped + TimeSpan.FromTicks(world.Now / TimeSpan.NanosecondsPerTick);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(world, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class SimulatedTimer(SimulatedWorld world, TimerCallback callback, object? state) : ITimer
    {
        private long _armed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (period != Timeout.InfiniteTimeSpan && period != TimeSpan.Zero)
            {
                world.Fail("a periodic timer, which the simulation does not know");
            }

            var armed = ++_armed;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                world.After(Actor.Supervisor, dueTime, "timer", () =>
                {
                    if (armed == _armed)
                    {
                        callback(state);
                    }
                });
            }

            return true;
        }

        public void Dispose() => _armed++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
