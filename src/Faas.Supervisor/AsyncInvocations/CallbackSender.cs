using System.Net.Http.Headers;
using Microsoft.Data.Sqlite;

namespace Faas.Supervisor.AsyncInvocations;

/// <summary>Tells the ends of invocations to those who asked for it: at least once, with growing pauses while they do not answer.</summary>
internal sealed class CallbackSender : IAsyncDisposable
{
    public const string InvocationHeader = "X-Faas-Invocation";

    // 1 s, 2 s, 4 s …: about two minutes of trying.
    private const int MaxAttempts = 8;
    private const int AtOnce = 4;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _stopping = new();
    private readonly AsyncInvocationStore _store;
    private readonly Func<AsyncInvocation, byte[]> _format;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HttpClient _http;
    private readonly WakeSignal _wake;
    private Task _sending = Task.CompletedTask;

    public CallbackSender(
        AsyncInvocationStore store, CallbackRules rules, Func<AsyncInvocation, byte[]> format, TimeProvider time, ILogger logger)
    {
        _store = store;
        _format = format;
        _time = time;
        _logger = logger;
        _wake = new WakeSignal(time);
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
        _sending = SendAllAsync();
    }

    public void Wake() => _wake.Wake();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _sending;
        _wake.Dispose();
        _http.Dispose();
        _stopping.Dispose();
    }

    private async Task SendAllAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        while (true)
        {
            try
            {
                await _wake.WaitAsync(_stopping.Token);
                while (_store.Reader.DueCallbacks(_time.GetUtcNow().ToUnixTimeMilliseconds(), AtOnce) is { Count: > 0 } due)
                {
                    await Task.WhenAll(due.Select(one => SendAsync(one.Id, one.Attempts + 1)));
                }

                _wake.WakeAt(_store.Reader.NextCallback());
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (SqliteException exception)
            {
                AsyncInvocationsLog.StoreFailed(_logger, "say which ends are to be told", exception.Message);
                _wake.WakeAt((_time.GetUtcNow() + s_patience).ToUnixTimeMilliseconds());
            }
        }
    }

    private async Task SendAsync(AsyncInvocationId id, int attempt)
    {
        if (_store.Reader.Find(id) is not { Callback: { } callback } invocation)
        {
            return; // Forgotten meanwhile.
        }

        var problem = await TryPostAsync(new Uri(callback), invocation);
        if (problem is null)
        {
            await _store.ToldAsync(id, CallbackState.Delivered, delay: null);
        }
        else if (attempt < MaxAttempts)
        {
            await _store.ToldAsync(id, CallbackState.Due, RetryDelay.After(attempt, Random.Shared));
        }
        else
        {
            AsyncInvocationsLog.CallbackGivenUp(_logger, id.ToString(), callback, attempt, problem);
            await _store.ToldAsync(id, CallbackState.GivenUp, delay: null);
        }
    }

    /// <returns>Null, or why it was not taken.</returns>
    private async Task<string?> TryPostAsync(Uri callback, AsyncInvocation invocation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, callback) { Content = new ByteArrayContent(_format(invocation)) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add(InvocationHeader, invocation.Id.ToString());

            // Only the head of the answer is read: its body may be of any length.
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, _stopping.Token);
            return response.IsSuccessStatusCode ? null : $"it answered {(int)response.StatusCode}";
        }
        catch (HttpRequestException exception)
        {
            return exception.Message;
        }
        catch (OperationCanceledException) when (!_stopping.IsCancellationRequested)
        {
            return $"no answer within {s_patience.TotalSeconds:0} s";
        }
    }
}
