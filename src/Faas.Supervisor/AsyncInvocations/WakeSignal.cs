using System.Threading.Channels;

namespace Faas.Supervisor.AsyncInvocations;

/// <summary>One loop waits; many may wake it, now or at a time. Several wakings before it looks are one.</summary>
internal sealed class WakeSignal : IDisposable
{
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    public WakeSignal(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Wake() => _signal.Writer.TryWrite(true);

    /// <summary>
    /// Wakes at this time of the wall clock; null takes back what was said before. When the clock is set meanwhile, it wakes up to an hour
    /// too late or too early, and whoever it wakes looks at the clock again.
    /// </summary>
    public void WakeAt(long? unixMilliseconds)
    {
        // The clock may be set meanwhile, and a timer takes no more than 49 days: it looks again every hour.
        var longest = TimeSpan.FromHours(1);
        var wait = unixMilliseconds is { } due
            ? TimeSpan.FromMilliseconds(Math.Max(0, due - _time.GetUtcNow().ToUnixTimeMilliseconds()))
            : Timeout.InfiniteTimeSpan;
        _timer.Change(wait > longest ? longest : wait, Timeout.InfiniteTimeSpan);
    }

    public async Task WaitAsync(CancellationToken cancellationToken) => await _signal.Reader.ReadAsync(cancellationToken);

    public void Dispose() => _timer.Dispose();
}
