using System.Collections.Concurrent;
using System.Text.Json;
using Faas.Supervisor.AsyncInvocations;
using Faas.Supervisor.Functions;
using Microsoft.Data.Sqlite;

namespace Faas.Supervisor.Timers;

/// <summary>
/// Runs functions by their schedules: each run is an asynchronous invocation, accepted in one commit with the record that
/// its instant was seen to, so that a crash neither loses nor doubles one. What a name means decides its schedule.
/// </summary>
internal sealed class FunctionTimers : IAsyncDisposable
{
    public const string OverlapReason = "overlap";
    public const string DownReason = "server_down";
    public const string FullReason = "queue_full";

    // A run that is due is begun that much late, after a restart or when the machine slept; later than that it is missed.
    private static readonly TimeSpan s_tolerance = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal); // the loop's own
    private readonly ConcurrentQueue<string> _changed = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly FunctionStore _functions;
    private readonly AsyncInvocationStore _store;
    private readonly AsyncInvoker _invoker;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WakeSignal _wake;
    private Task _running = Task.CompletedTask;
    private bool _isDisposed;

    public FunctionTimers(FunctionStore functions, AsyncInvocationStore store, AsyncInvoker invoker, TimeProvider time, ILogger logger)
    {
        _functions = functions;
        _store = store;
        _invoker = invoker;
        _time = time;
        _logger = logger;
        _wake = new WakeSignal(time);
    }

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

        _wake.Wake();
        _running = RunAsync();
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

    private async Task RunAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (true)
        {
            try
            {
                await _wake.WaitAsync(_stopping.Token);
                while (_changed.TryPeek(out var name))
                {
                    await LearnAsync(name);
                    _changed.TryDequeue(out _);
                }

                foreach (var entry in _entries.Values.Where(entry => entry.Next <= _time.GetUtcNow()).ToList())
                {
                    await RunDueAsync(entry);
                }

                _wake.WakeAt(_entries.Values.Min(entry => entry.Next)?.ToUnixTimeMilliseconds());
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is SqliteException or ObjectDisposedException)
            {
                TimersLog.StoreFailed(_logger, exception.Message);
                _wake.WakeAt((_time.GetUtcNow() + s_pause).ToUnixTimeMilliseconds());
            }
        }
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
        if (left > 0)
        {
            TimersLog.Missed(_logger, name, left, DownReason);
        }

        var draft = new AsyncInvocationDraft(entry.Function, InputOf(last), Retries: entry.Function.Retries, IsTimed: true);
        await _store.WriteAsync(table =>
        {
            var instant = last.ToUnixTimeMilliseconds();
            refusal = null;
            if (left > 0)
            {
                table.Missed(name, instant, left, DownReason);
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
        if (refusal is not null)
        {
            TimersLog.Missed(_logger, name, 1, refusal);
        }

        _invoker.Wake();
        entry.Seen = last;
        entry.Next = entry.Cron.Next(last);
    }

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
