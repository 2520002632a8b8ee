using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;
using Faas.Supervisor.Loops;

namespace Faas.Supervisor.Dashboard;

/// <summary>
/// Once a second: takes a sample, remembers it, and, when somebody follows, makes one snapshot for all of them.
/// </summary>
internal sealed class ActivityFeed : IAsyncDisposable
{
    /// <summary>Samples that a fresh page can show: five minutes.</summary>
    public const int HistorySeconds = 300;

    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);

    // A follower that reads more slowly than this misses the oldest.
    private const int FollowerSnapshots = 4;

    private readonly ActivityRecorder _recorder;
    private readonly StatusReport _status;
    private readonly TimeProvider _time;
    private readonly ActivityWindow _window;
    private readonly Queue<FeedPoint> _history = new(HistorySeconds + 1); // under _gate, as are functions' histories
    private readonly List<Channel<byte[]>> _followers = []; // under _gate
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly PeriodicTimer _timer;
    private readonly Task _ticking;
    private long _lastTick;

    public ActivityFeed(ActivityRecorder recorder, StatusReport status, LoopSupervisor loops, TimeProvider time)
    {
        _recorder = recorder;
        _status = status;
        _time = time;
        _window = new ActivityWindow(recorder.Total);
        _lastTick = time.GetTimestamp();
        _timer = new PeriodicTimer(s_period, time);
        _ticking = loops.RunAsync("dashboard", TickAsync, _stop.Token);
    }

    /// <summary>What happened in the last full second.</summary>
    public ActivitySample Latest
    {
        get
        {
            lock (_gate)
            {
                return _history.Count > 0 ? _history.Last().Sample : default;
            }
        }
    }

    /// <summary>The past as one event, and a reader of the events to come. End with <see cref="Unfollow"/>.</summary>
    public (byte[] Past, Channel<byte[]> Follower) Follow()
    {
        var follower = Channel.CreateBounded<byte[]>(
            new BoundedChannelOptions(FollowerSnapshots) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_gate)
        {
            _followers.Add(follower);
            return (FeedJson.Event("past"u8, json => FeedJson.WritePast(json, _history)), follower);
        }
    }

    public void Unfollow(Channel<byte[]> follower)
    {
        lock (_gate)
        {
            _followers.Remove(follower);
        }
    }

    /// <summary>Writes one function's past.</summary>
    public void WriteFunction(Utf8JsonWriter json, string name)
    {
        lock (_gate)
        {
            FeedJson.WriteSamples(json, _recorder.Find(name)?.History ?? []);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _ticking;
        _timer.Dispose();
        _stop.Dispose();
    }

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        await _timer.WaitForNextTickAsync(cancellationToken);
        Tick();
    }

    private void Tick()
    {
        var elapsed = _time.GetElapsedTime(_lastTick);
        _lastTick = _time.GetTimestamp();
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        lock (_gate)
        {
            var point = new FeedPoint(_window.Take(now, elapsed), _status.QueueLength, _status.Running);
            _history.Enqueue(point);
            while (_history.Count > HistorySeconds)
            {
                _history.Dequeue();
            }

            foreach (var function in _recorder.Functions)
            {
                if (!function.Tick(now, elapsed, oldest: now - HistorySeconds))
                {
                    _recorder.Forget(function);
                }
            }

            if (_followers.Count > 0)
            {
                var snapshot = FeedJson.Event("tick"u8, json => WriteTick(json, point));
                _followers.ForEach(follower => follower.Writer.TryWrite(snapshot));
            }
        }
    }

    private void WriteTick(Utf8JsonWriter json, in FeedPoint point)
    {
        FeedJson.WritePoint(json, point);
        _status.Write(json);
        json.WriteStartArray("functions"u8);
        foreach (var function in _recorder.Functions)
        {
            if (!function.Latest.IsIdle)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, function.Name);
                FeedJson.WriteSample(json, function.Latest);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }
}
