using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Faas.Scenarios;

namespace Faas.NBomber;

/// <summary>
/// Calls of a mix over HTTP. A failed call is a value and not an exception: of exceptions NBomber writes a stack trace
/// each into its log, which under overload is thousands a second. Any thread may send.
/// </summary>
internal sealed class HttpCalls : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30); // the server's own limit of an invocation

    private readonly CallMix _mix;
    private readonly HttpClient _client;
    private readonly string[] _targets;
    private readonly ThreadLocal<Random> _random;
    private readonly ConcurrentDictionary<string, long> _errors = new(StringComparer.Ordinal);

    /// <param name="server">Where <c>/invoke</c> is.</param>
    /// <param name="mix">What is called.</param>
    /// <param name="connections">At most so many at a time.</param>
    /// <param name="seed">Of what is drawn from the mix; which thread draws what is the scheduler's business.</param>
    public HttpCalls(Uri server, CallMix mix, int connections, int seed)
    {
        var threads = seed;
        _mix = mix;
        _client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = connections, UseCookies = false, UseProxy = false })
        {
            BaseAddress = server,
            Timeout = s_limit,
        };
        _targets = [.. mix.Calls.Select(call => "/invoke?fn=" + Uri.EscapeDataString(call.Function))];
        _random = new ThreadLocal<Random>(() => new Random(Interlocked.Increment(ref threads)));
    }

    /// <summary>Failed calls so far, by stable code.</summary>
    public IReadOnlyDictionary<string, long> Errors => _errors;

    /// <summary>Sends one call and reads its answer to the end.</summary>
    /// <exception cref="OperationCanceledException">The run is over before its time.</exception>
    public async Task<CallOutcome> SendAsync(CancellationToken cancellationToken)
    {
        var outcome = await TrySendAsync(cancellationToken);
        if (outcome.Error is { } error)
        {
            _errors.AddOrUpdate(error, 1, (_, count) => count + 1);
        }

        return outcome;
    }

    public void Dispose()
    {
        _client.Dispose();
        _random.Dispose();
    }

    private async Task<CallOutcome> TrySendAsync(CancellationToken cancellationToken)
    {
        var drawn = _mix.Next(_random.Value!);
        try
        {
            using var body = new ByteArrayContent(_mix.Calls[drawn].Input);
            using var answer = await _client.PostAsync(_targets[drawn], body, cancellationToken);
            var bytes = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            var status = ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture);
            return new CallOutcome(status, answer.IsSuccessStatusCode ? null : CodeIn(bytes), bytes.Length);
        }
        catch (HttpRequestException failed)
        {
            return NoAnswer(failed.HttpRequestError == HttpRequestError.ConnectionError ? "connection_refused" : "connection_lost");
        }
        catch (IOException)
        {
            return NoAnswer("connection_lost");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return NoAnswer("client_timeout");
        }
    }

    private static CallOutcome NoAnswer(string code) => new(code, code, 0);

    /// <summary>The <c>error</c> of a failure's body.</summary>
    private static string CodeIn(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.GetProperty("error").GetString() ?? "bad_response";
        }
        catch (Exception other) when (other is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return "bad_response";
        }
    }
}
