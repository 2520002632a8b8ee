using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Faas.Supervisor.AsyncInvocations;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Loops;

namespace Faas.Supervisor.Timers;

/// <summary>
/// Runs functions by their schedules: each run is an asynchronous invocation, accepted in one commit with the record that
/// its instant was seen to, so that a crash neither loses nor doubles one. What a name means decides its schedule. A clock that
/// was set is lived with: instants that it left out are missed, those that come again run again.
/// </summary>
internal sealed class FunctionTimers : IAsyncDisposable
{
    public const string OverlapReason = "overlap";
    public const string DownReason = "server_down";
    public const string FullReason = "queue_full";
    public const string ClockReason = "clock_set";
    public const string LateReason = "late";

    // A run that is due is begun that much late, after a restart or when the machine slept; later than that it is missed.
    // A clock that goes back by less makes runs wait; by more, schedules begin anew.
    private static readonly TimeSpan s_tolerance = TimeSpan.FromMinutes(1);

    // How soon it is noticed that the clock was set.
    private static readonly TimeSpan s_longestSleep = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal); // the loop's own
    private readonly ConcurrentQueue<string> _changed = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly FunctionStore _functions;
    private readonly AsyncInvocationStore _store;
    private readonly AsyncInvoker _invoker;
    private readonly TimeProvider _time;
    private readonly LoopSupervisor _loops;
    private readonly ILogger _logger;
    private readonly WakeSignal _wake;
    private DateTimeOffset _started; // by the clock as it is now; this and the next ones are the loop's own
    private (DateTimeOffset Clock, long Stamp) _lastLook;
    private (DateTimeOffset From, DateTimeOffset To) _leap; // looks before and after the clock was last set ahead
    private Task _running = Task.CompletedTask;
    private bool _isDisposed;

    public FunctionTimers(FunctionStore functions, AsyncInvocationStore store, AsyncInvoker invoker, LoopSupervisor loops, TimeProvider time, ILogger logger)
    {
        _functions = functions;
        _store = store;
        _invoker = invoker;
        _time = time;
        _loops = loops;
        _logger = logger;
        _wake = new WakeSignal(time);
    }

    /// <summary>Raised after the clock went back and the store was told. On any thread; must not throw.</summary>
    public event Action? ClockWentBack;

    /// <summary>Begins with what is deployed.</summary>
    public void Start()
    {
        _functions.Added += Look;
        _functions.Deleted += Look;
        _functions.RolledBack += Look;
        foreach (var name in _functions.List().Select(function => function.Name).Distinct(StringComparer.Ordinal))
        {
            _changed.Enqueue(name);
        }

        _started = _time.GetUtcNow();
        _lastLook = (_started, _time.GetTimestamp());
        _wake.Wake();
        _running = _loops.RunAsync("timers", RunAsync, _stopping.Token);
    }

    /// <summary>Begins no more runs. May be called again.</summary>
    public async ValueTask DisposeAsync()
    {
        _functions.Added -= Look;
        _functions.Deleted -= Look;
        _functions.RolledBack -= Look;
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await _stopping.CancelAsync();
        await _running;
        _wake.Dispose();
        _stopping.Dispose();
    }

    private void Look(FunctionVersion function)
    {
        _changed.Enqueue(function.Name);
        _wake.Wake();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await _wake.WaitAsync(cancellationToken);
        try
        {
            await LookAtClockAsync();
            await LearnAsync();
            await BeginAnewAsync();
            await RunDueAsync();
            var next = _time.GetUtcNow() + s_longestSleep;
            _wake.WakeAt((_entries.Values.Min(entry => entry.Next) is { } due && due < next ? due : next).ToUnixTimeMilliseconds());
        }
        catch
        {
            _wake.Wake(); // What is due is still due.
            throw;
        }
    }

    private async Task LookAtClockAsync()
    {
        var look = (Clock: _time.GetUtcNow(), Stamp: _time.GetTimestamp());
        var expected = _lastLook.Clock + _time.GetElapsedTime(_lastLook.Stamp, look.Stamp);
        var change = look.Clock - expected;
        if (change > s_tolerance)
        {
            _leap = (_lastLook.Clock, look.Clock);
            TimersLog.ClockAhead(_logger, change);
        }
        else if (change < -s_tolerance)
        {
            await _store.ClockWentBackAsync();
            TimersLog.ClockBack(_logger, -change);
            ClockWentBack?.Invoke();
            _started += change;
        }

        _lastLook = look;
    }

    private async Task LearnAsync()
    {
        while (_changed.TryDequeue(out var name))
        {
            try
            {
                await LearnAsync(name);
            }
            catch
            {
                _changed.Enqueue(name);
                throw;
            }
        }
    }

    // Seen to until later than now, by a clock that was ahead then: else they would wait for that time to come.
    private async Task BeginAnewAsync()
    {
        var now = _time.GetUtcNow();
        var ahead = _entries.Values.Where(entry => entry.Seen > now + s_tolerance).ToList();
        if (ahead.Count == 0)
        {
            return;
        }

        await _store.WriteAsync(table => ahead.Count(entry => table.BeginAnew(entry.Function.Name, now.ToUnixTimeMilliseconds())));
        foreach (var entry in ahead)
        {
            entry.Seen = now;
            entry.Next = entry.Cron.Next(now);
        }

        TimersLog.BegunAnew(_logger, ahead.Count);
    }

    // One that cannot be run keeps none of the others from it.
    private async Task RunDueAsync()
    {
        ExceptionDispatchInfo? failure = null;
        foreach (var entry in _entries.Values.Where(entry => entry.Next <= _time.GetUtcNow()).ToList())
        {
            try
            {
                await RunDueAsync(entry);
            }
#pragma warning disable CA1031 // Thrown again below.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        }

        failure?.Throw();
    }

    private async Task LearnAsync(string name)
    {
        if (!_functions.TryResolve(name, out var function)
            || function.Schedule is not { } schedule
            || !CronSchedule.TryParse(schedule, out var cron, out _))
        {
            if (_entries.Remove(name) || function is null)
            {
                await _store.WriteAsync(table => table.ForgetSchedule(name));
            }

            return;
        }

        var now = _time.GetUtcNow();
        var seen = await _store.WriteAsync(table => table.Seen(name, $"{schedule.Expression} {schedule.TimeZone}", now.ToUnixTimeMilliseconds()));
        var from = DateTimeOffset.FromUnixTimeMilliseconds(seen);
        _entries[name] = new Entry(function, cron, schedule.AllowsOverlap) { Seen = from, Next = cron.Next(from) };
    }

    private async Task RunDueAsync(Entry entry)
    {
        var now = _time.GetUtcNow();
        var (count, last) = entry.Cron.Between(entry.Seen, now);
        var isLate = now - last > s_tolerance;
        var left = isLate ? count : count - 1;
        var name = entry.Function.Name;
        string? refusal = null;
        var reason = ReasonOf(entry.Next ?? last);
        var draft = new AsyncInvocationDraft(entry.Function, InputOf(last), Retries: entry.Function.Retries, IsTimed: true);
        await _store.WriteAsync(table =>
        {
            var instant = last.ToUnixTimeMilliseconds();
            refusal = null;
            if (left > 0)
            {
                table.Missed(name, instant, left, reason);
            }

            if (isLate)
            {
                return false;
            }

            AsyncInvocationId? id = null;
            refusal = !entry.AllowsOverlap && table.IsRunning(name) ? OverlapReason
                : (id = table.Accept(draft, now.ToUnixTimeMilliseconds())) is null ? FullReason
                : null;
            if (id is { } accepted)
            {
                table.Ran(name, instant, accepted);
            }
            else
            {
                table.Missed(name, instant, 1, refusal!);
            }

            return true;
        });
        if (left > 0)
        {
            TimersLog.Missed(_logger, name, left, reason);
        }

        if (refusal is not null)
        {
            TimersLog.Missed(_logger, name, 1, refusal);
        }

        _invoker.Wake();
        entry.Seen = last;
        entry.Next = entry.Cron.Next(last);
    }

    /// <param name="first">The first instant that was missed.</param>
    private string ReasonOf(DateTimeOffset first) =>
        first <= _started ? DownReason
        : first > _leap.From && first <= _leap.To ? ClockReason
        : LateReason;

    private static byte[] InputOf(DateTimeOffset instant)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("trigger"u8, "schedule");
            json.WriteString("time"u8, instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private sealed class Entry(FunctionVersion function, CronSchedule cron, bool allowsOverlap)
    {
        public FunctionVersion Function => function;

        public CronSchedule Cron => cron;

        public bool AllowsOverlap => allowsOverlap;

        /// <summary>Up to here every instant was seen to.</summary>
        public DateTimeOffset Seen { get; set; }

        public DateTimeOffset? Next { get; set; }
    }
}
