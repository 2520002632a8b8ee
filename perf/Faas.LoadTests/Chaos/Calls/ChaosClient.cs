using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Faas.LoadTests.Chaos.Calls;

/// <summary>The clients of one server: they know its API, and that each failure has a code.</summary>
internal sealed class ChaosClient : IDisposable
{
    private readonly HttpClient _kept;
    private readonly HttpClient _fresh;

    public ChaosClient(ChaosServer server, CallJudge judge, TimeSpan deadline)
    {
        Server = server;
        Judge = judge;
        Deadline = deadline;
        _kept = Make(TimeSpan.FromMinutes(1));
        _fresh = Make(TimeSpan.Zero);

        HttpClient Make(TimeSpan life) => new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = life, PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5) })
        {
            BaseAddress = server.Address, Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public ChaosServer Server { get; }

    public CallJudge Judge { get; }

    /// <summary>Of every function that is not meant to reach its own.</summary>
    public TimeSpan Deadline { get; }

    /// <summary>The output of an invocation whose outcome is ok.</summary>
    public Task<CallOutcome> InvokeAsync(string function, byte[] input, Func<byte[], string?> check, CancellationToken leave, bool fresh = false)
        => AskAsync(HttpMethod.Post, $"/invoke?fn={function}", input, answer => check(OutputOf(answer)) is { } wrong ? CallOutcome.Wrong("ok", wrong) : CallOutcome.Ok, leave, fresh);

    /// <summary>One request; a failure becomes its code.</summary>
    /// <param name="method">Of HTTP.</param>
    /// <param name="path">With the query.</param>
    /// <param name="body">Null = none.</param>
    /// <param name="check">Of the JSON of a success.</param>
    /// <param name="leave">Ends it.</param>
    /// <param name="fresh">Over a connection of its own.</param>
    public async Task<CallOutcome> AskAsync(
        HttpMethod method, string path, byte[]? body, Func<JsonElement, CallOutcome> check, CancellationToken leave, bool fresh = false)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : new ByteArrayContent(body) };
        using var answer = await (fresh ? _fresh : _kept).SendAsync(request, leave);
        return Read((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(leave), check);
    }

    /// <summary>A raw trigger, its body unread.</summary>
    public Task<HttpResponseMessage> OpenAsync(string path, CancellationToken leave) => _fresh.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, leave);

    /// <summary>The outcome that an answer of the API is.</summary>
    public static CallOutcome Read(int status, byte[] body, Func<JsonElement, CallOutcome> check)
    {
        JsonDocument json;
        try
        {
            json = JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            return CallOutcome.Wrong(status.ToString(CultureInfo.InvariantCulture), "not JSON: " + Start(body));
        }

        using (json)
        {
            var root = json.RootElement;
            var isOk = root.TryGetProperty("ok", out var ok) && ok.ValueKind == JsonValueKind.True;
            if (isOk != status is >= 200 and < 300)
            {
                return CallOutcome.Wrong(status.ToString(CultureInfo.InvariantCulture), "status and ok differ: " + Start(body));
            }

            return isOk ? check(root)
                : root.TryGetProperty("error", out var code) && code.GetString() is { Length: > 0 } name ? new CallOutcome(name, Message: $"{status} {Start(body)}")
                : CallOutcome.Wrong(status.ToString(CultureInfo.InvariantCulture), "a failure without a code: " + Start(body));
        }
    }

    public static byte[] OutputOf(JsonElement answer) =>
        answer.TryGetProperty("outputBase64", out var bytes) ? bytes.GetBytesFromBase64()
        : answer.TryGetProperty("output", out var text) ? System.Text.Encoding.UTF8.GetBytes(text.GetString() ?? "")
        : [];

    public static string? Differs(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        if (expected.SequenceEqual(actual))
        {
            return null;
        }

        var same = expected.CommonPrefixLength(actual);
        return $"{actual.Length} bytes instead of {expected.Length}, different from {same} on: '{Start(actual[same..])}' instead of '{Start(expected[same..])}'";
    }

    public void Dispose()
    {
        _kept.Dispose();
        _fresh.Dispose();
    }

    private static string Start(ReadOnlySpan<byte> bytes)
    {
        var text = System.Text.Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 300)]);
        return string.Concat(text.Select(c => char.IsControl(c) ? '.' : c));
    }
}
