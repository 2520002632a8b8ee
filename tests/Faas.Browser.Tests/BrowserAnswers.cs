using System.Collections.Concurrent;
using System.Text.Json;

namespace Faas.Browser.Tests;

/// <summary>What the gateway answered to the browser, from events of the DevTools protocol's Network domain in any order.</summary>
/// <param name="port">Of the gateway.</param>
internal sealed class BrowserAnswers(int port)
{
    private readonly ConcurrentDictionary<string, string> _requests = new();
    private readonly ConcurrentDictionary<string, int> _statuses = new();

    public void AddRequest(JsonElement sent)
    {
        var request = sent.GetProperty("request");
        var url = request.GetProperty("url").GetString()!;
        if (new Uri(url).Port == port)
        {
            _requests[Id(sent)] = $"{request.GetProperty("method").GetString()} {url}";
        }
    }

    public void AddStatus(JsonElement received, int status) => _statuses[Id(received)] = status;

    /// <summary>Those of which both request and answer have been seen.</summary>
    public (string Request, int Status)[] ToArray() =>
        [.. _requests.Where(request => _statuses.ContainsKey(request.Key)).Select(request => (request.Value, _statuses[request.Key]))];

    private static string Id(JsonElement happening) => happening.GetProperty("requestId").GetString()!;
}
