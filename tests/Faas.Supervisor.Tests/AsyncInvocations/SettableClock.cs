namespace Faas.Supervisor.Tests.AsyncInvocations;

/// <summary>Time goes on as another clock's; the wall clock can be set beside it, forward and back, as an operator or NTP does.</summary>
internal sealed class SettableClock(TimeProvider steady) : TimeProvider
{
    private TimeSpan _ahead;

    public override long TimestampFrequency => steady.TimestampFrequency;

    public void Set(TimeSpan ahead) => _ahead = ahead;

    public override DateTimeOffset GetUtcNow() => steady.GetUtcNow() + _ahead;

    public override long GetTimestamp() => steady.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        steady.CreateTimer(callback, state, dueTime, period);
}
