using System.Text.Json;
using System.Text.RegularExpressions;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>What the dashboard is made of: its files, its feed, and the strategy's switch. The page itself: Faas.Browser.Tests.</summary>
public sealed partial class DashboardTests(SharedServer shared)
{
    [Fact]
    public async Task Page_IsCompressedCachedByHashAndClosedToOthers()
    {
        var page = await GetPageAsync();
        Assert.Equal(("text/html; charset=utf-8", "no-cache", "nosniff", "DENY"), (page.Header("Content-Type"), page.Header("Cache-Control"), page.Header("X-Content-Type-Options"), page.Header("X-Frame-Options")));
        var policy = page.Header("Content-Security-Policy")!;
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("://", page.Body, StringComparison.Ordinal);

        var assets = AssetPath().Matches(page.Body).Select(match => match.Value).ToList();
        Assert.True(assets.Count >= 3, page.Body);
        foreach (var path in assets)
        {
            var asset = await shared.Server.SendAsync(HttpMethod.Get, path, null, ("Accept-Encoding", "gzip, br"));
            Assert.Equal((200, "br", "public, max-age=31536000, immutable"), (asset.Status, asset.Header("Content-Encoding"), asset.Header("Cache-Control")));
            var again = await shared.Server.SendAsync(HttpMethod.Get, path, null, ("Accept-Encoding", "br"), ("If-None-Match", asset.Header("ETag")!));
            Assert.Equal((304, 0), (again.Status, again.Bytes.Length));
        }

        (await shared.Server.GetAsync("/assets/nothing.js")).ShouldFail(404, "not_found");
        (await shared.Server.GetAsync("/assets/..%2findex.html")).ShouldFail(404, "not_found");
    }

    [Fact]
    public async Task Events_BeginWithThePastAndShowWhatIsCalled()
    {
        await shared.Server.DeployedAsync("counted", "wasm", Sources.Ok);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/events");
        using var response = await shared.Server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        Assert.Equal("event: past", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
        var past = JsonDocument.Parse((await reader.ReadLineAsync(TestContext.Current.CancellationToken))!["data: ".Length..]).RootElement;
        Assert.Equal(past.GetProperty("time").GetArrayLength(), past.GetProperty("p99").GetArrayLength());

        (await shared.Server.InvokeAsync("counted")).ShouldSucceed();
        var seen = false;
        while (!seen)
        {
            var line = await Patience.ForAsync(reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask(), "an event");
            if (!line!.StartsWith("data: ", StringComparison.Ordinal))
            {
                continue;
            }

            var tick = JsonDocument.Parse(line["data: ".Length..]).RootElement;
            Assert.Equal(4, tick.GetProperty("workers").GetArrayLength());
            seen = tick.GetProperty("functions").EnumerateArray().Any(function => function.GetProperty("name").GetString() == "counted");
        }

        var activity = (await shared.Server.GetAsync("/function/counted/activity")).ShouldSucceed();
        Assert.True(activity.Json.GetProperty("rate").GetArrayLength() >= 1, activity.ToString());
        (await shared.Server.GetAsync("/function/nobody/activity")).ShouldFail(404, "function_not_found");
    }

    [Fact]
    public async Task Strategy_SwitchedUnderLoad_LosesNoCallAndIsOnTheReceipts()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "2", "--slots", "2");
        await server.DeployedAsync("sleep", "wasm", Sources.ShortSleep);
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 8).Select(async _ =>
        {
            var calls = 0;
            for (; !stop.IsCancellationRequested; calls++)
            {
                (await server.InvokeAsync("sleep")).ShouldSucceed();
            }

            return calls;
        }).ToList();

        foreach (var strategy in new[] { "fifo", "WEIGHTED", "LEAST", "P2C", "HASH", "RR", "least" })
        {
            var answer = (await server.SendAsync(HttpMethod.Post, $"/strategy?name={strategy}")).ShouldSucceed();
            Assert.Equal(strategy.ToUpperInvariant(), answer.Text("strategy"));
            Assert.EndsWith($"pick;desc={strategy.ToUpperInvariant()}", (await server.InvokeAsync("sleep")).ShouldSucceed().Header("Server-Timing"), StringComparison.Ordinal);
        }

        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(callers), calls => Assert.True(calls > 0));
        (await server.SendAsync(HttpMethod.Post, "/strategy?name=LIFO")).ShouldFail(400, "bad_request");
        var status = (await server.GetAsync("/status")).ShouldSucceed();
        Assert.Equal("LEAST", status.Text("strategy"));
        Assert.Equal(2, status.Json.GetProperty("workers").GetArrayLength());
    }

    [Fact]
    public async Task Tokens_LeaveThePageOpenAndItsDataClosed()
    {
        using var folder = new TemporaryFolder();
        var made = await MiniFaasCommand.RunAsync("token", "new", "someone", "--scopes", "invoke,deploy");
        var words = made.Output.Split('\n');
        var file = folder.Combine("tokens");
        await File.WriteAllTextAsync(file, words[1], TestContext.Current.CancellationToken);
        await using var server = await MiniFaasServer.StartInAsync(folder, "--workers", "1", "--token-file", file);
        Assert.Contains((await server.GetAsync("/")).Status, new[] { 200, 501 });
        (await server.GetAsync("/status")).ShouldFail(401, "unauthorized");
        (await server.GetAsync("/events")).ShouldFail(401, "unauthorized");
        (await server.SendAsync(HttpMethod.Get, "/status", null, ("Authorization", "Bearer " + words[0]))).ShouldSucceed();
        (await server.SendAsync(HttpMethod.Post, "/strategy?name=P2C", null, ("Authorization", "Bearer " + words[0]))).ShouldFail(403, "forbidden");
    }

    private async Task<Answer> GetPageAsync()
    {
        var page = await shared.Server.GetAsync("/");
        Assert.SkipWhen(page.Status == 501, "the dashboard is not part of this build: npm was not installed");
        Assert.Equal(200, page.Status);
        return page;
    }

    [GeneratedRegex("/assets/[^\"]+")]
    private static partial Regex AssetPath();
}
