using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Faas.Supervisor.Loops;

namespace Faas.Supervisor.AsyncInvocations;

/// <summary>
/// Tells the ends of invocations to those who asked for it: at least once, with growing pauses while they do not answer. Hosts
/// take turns, and what is to be told waits on the disk, not in memory.
/// </summary>
internal sealed class CallbackSender : IAsyncDisposable
{
    public const string InvocationHeader = "X-Faas-Invocation";

    // 1 s, 2 s, 4 s …: about two minutes of trying.
    private const int MaxAttempts = 8;

    // Looked at in one turn; the next one goes on behind them.
    private const int MaxHosts = 4096;

    // Of the network's time, not of the clock that says when an end is due.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<long, bool> _underWay = new(); // by sequence
    private readonly CancellationTokenSource _stopping = new();
    private readonly AsyncInvocationStore _store;
    private readonly Func<AsyncInvocation, byte[]> _format;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LoopSupervisor _loops;
    private readonly HttpClient _http;
    private readonly WakeSignal _wake;
    private readonly CallbackPlaces _places;
    private readonly RunningTasks _running;
    private string _lastHost = ""; // the loop's own
    private Task _sending = Task.CompletedTask;

    public CallbackSender(
        AsyncInvocationStore store, CallbackRules rules, Func<AsyncInvocation, byte[]> format, LoopSupervisor loops, TimeProvider time, ILogger logger)
    {
        _store = store;
        _format = format;
        _time = time;
        _logger = logger;
        _loops = loops;
        _wake = new WakeSignal(time);
        _places = new CallbackPlaces(time);
        _running = new RunningTasks(_wake.Wake);
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = (context, cancellationToken) => rules.ConnectAsync(context.DnsEndPoint, cancellationToken),

            // Either would reach hosts that nobody looked at.
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        })
        {
            Timeout = s_patience,
        };
    }

    public void Start()
    {
        _wake.Wake();
        _sending = _loops.RunAsync("callbacks", BeginDueAsync, _stopping.Token);
    }

    public void Wake() => _wake.Wake();

    /// <summary>Dues have changed with the clock.</summary>
    public void ClockWasSet()
    {
        _places.ClockWasSet();
        _wake.Wake();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _sending;
        await _running.WhenAllAsync();
        _wake.Dispose();
        _http.Dispose();
        _stopping.Dispose();
    }

    private async Task BeginDueAsync(CancellationToken cancellationToken)
    {
        await _wake.WaitAsync(cancellationToken);
        try
        {
            BeginDue();
        }
        catch
        {
            _wake.Wake(); // What is due is still due.
            throw;
        }
    }

    private void BeginDue()
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var hosts = _store.Reader.CallbackHosts(_lastHost, MaxHosts);
        if (_lastHost.Length > 0 && hosts.Count < MaxHosts)
        {
            hosts.AddRange(_store.Reader.CallbackHosts("", MaxHosts - hosts.Count).TakeWhile(one => string.CompareOrdinal(one.Host, _lastHost) <= 0));
        }

        long? next = hosts.Count == MaxHosts ? now : null;
        foreach (var (host, due) in hosts)
        {
            if (_places.AreTaken)
            {
                break; // The end of one wakes.
            }

            var (room, notBefore) = _places.RoomFor(host);
            if (due > now || notBefore is not null)
            {
                next = Math.Min(next ?? long.MaxValue, Math.Max(due, notBefore ?? 0));
            }
            else if (room > 0)
            {
                // What is under way is still due: behind as many of those the others are found.
                foreach (var (id, attempts) in _store.Reader.DueCallbacks(host, now, CallbackPlaces.OfAHost + room)
                    .Where(one => !_underWay.ContainsKey(one.Id.Sequence)).Take(room))
                {
                    Begin(host, id, attempts + 1);
                    _lastHost = host;
                }
            }
        }

        _wake.WakeAt(next);
    }

    private void Begin(string host, AsyncInvocationId id, int attempt)
    {
        _places.Take(host);
        _underWay[id.Sequence] = true;
        _running.Begin(() => TellAsync(host, id, attempt));
    }

    private async Task TellAsync(string host, AsyncInvocationId id, int attempt)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var hasAnswered = true;
        try
        {
            // None when it was forgotten meanwhile.
            if (_store.Reader.Find(id) is { Callback: { } callback } invocation)
            {
                (hasAnswered, var problem) = await TryPostAsync(new Uri(callback), invocation);
                await RecordAsync(id, attempt, callback, problem);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The next start tells it.
        }
#pragma warning disable CA1031 // A defect, or the disk: it counts as an attempt, or this one would be tried for ever.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            AsyncInvocationsLog.Defect(_logger, exception, id.ToString());
            await RecordAsync(id, attempt, callback: null, "the server failed");
        }
        finally
        {
            _underWay.TryRemove(id.Sequence, out _);
            _places.Leave(host, hasAnswered);
        }
    }

    // Until it is recorded: what was told is not told again meanwhile.
    private async Task RecordAsync(AsyncInvocationId id, int attempt, string? callback, string? problem)
    {
        var state = problem is null ? CallbackState.Delivered : attempt < MaxAttempts ? CallbackState.Due : CallbackState.GivenUp;
        if (state == CallbackState.GivenUp)
        {
            AsyncInvocationsLog.CallbackGivenUp(_logger, id.ToString(), callback, attempt, problem!);
        }

        TimeSpan? delay = state == CallbackState.Due ? RetryDelay.After(attempt, Random.Shared) : null;
        await _loops.RetryAsync("record of callbacks", () => _store.ToldAsync(id, state, delay), _stopping.Token);
    }

    /// <returns>Whether the host answered at all, and null or why it was not taken.</returns>
    private async Task<(bool HasAnswered, string? Problem)> TryPostAsync(Uri callback, AsyncInvocation invocation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, callback) { Content = new ByteArrayContent(_format(invocation)) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add(InvocationHeader, invocation.Id.ToString());

            // Only the head of the answer is read: its body may be of any length.
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _stopping.Token);
            return (true, response.IsSuccessStatusCode ? null : $"it answered {(int)response.StatusCode}");
        }
        catch (HttpRequestException exception)
        {
            return (false, exception.Message);
        }
        catch (OperationCanceledException) when (!_stopping.IsCancellationRequested)
        {
            return (false, $"no answer within {s_patience.TotalSeconds:0} s");
        }
    }
}
