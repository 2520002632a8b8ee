using Faas.EndToEnd.Tests.Server;
using Microsoft.Playwright;

namespace Faas.Browser.Tests;

/// <summary>A page of another site, in a real browser, that reaches for the gateway of its visitor's machine.</summary>
public sealed class AttackPageTests(Chromium chromium)
{
    // As many as attack.html makes; a preflight counts as the request it asks for.
    private const int Attempts = 15;

    [Fact]
    public async Task AttackPage_OfAnotherSite_GetsForbiddenForEachAttempt()
    {
        await using var browser = await chromium.NewContextAsync();
        await using var server = await MiniFaasServer.StartAsync("--workers", "1");
        await using var site = await ForeignSite.StartAsync();
        (await server.DeployAsync("victim", "html", "<p>mine")).ShouldSucceed();

        var page = await browser.NewPageAsync();
        var answers = await RecordAsync(browser, page, server);
        await page.GotoAsync($"http://evil.example:{site.Port}/attack.html#http://127.0.0.1:{server.Address.Port}");
        await page.WaitForFunctionAsync("document.title === 'done'");
        await Patience.UntilAsync(() => answers.ToArray().Length >= Attempts, "an answer to each attempt of the page", () => string.Join('\n', answers.ToArray()));

        Assert.All(answers.ToArray(), answer => Assert.Equal(403, answer.Status));
        Assert.Equal(0, await page.EvaluateAsync<int>("window.readable"));
        Assert.Equal(["victim"], await NamesAsync(server));
    }

    [Fact]
    public async Task Page_UnderANamePointedAtTheGateway_IsForbiddenAndSoIsAllItSends()
    {
        await using var browser = await chromium.NewContextAsync();
        await using var server = await MiniFaasServer.StartAsync("--workers", "1");
        var page = await browser.NewPageAsync();

        // After the name was rebound the browser takes gateway and page for the same origin: nothing but the name tells.
        var first = await page.GotoAsync($"http://rebound.example:{server.Address.Port}/functions");
        Assert.Equal(403, first!.Status);
        const string Send = "async ([method, path]) => (await fetch(path, { method, body: method === 'POST' ? '<p>planted' : undefined })).status";
        foreach (var (method, path) in new[] { ("POST", "/deploy?name=planted&lang=html"), ("GET", "/functions"), ("DELETE", "/function/planted"), ("POST", "/invoke?fn=planted") })
        {
            Assert.Equal(403, await page.EvaluateAsync<int>(Send, new[] { method, path }));
        }

        Assert.Empty(await NamesAsync(server));
    }

    // By the DevTools protocol: no page, and so none of Playwright's own events, sees an answer that the browser withholds.
    private static async Task<BrowserAnswers> RecordAsync(IBrowserContext browser, IPage page, MiniFaasServer server)
    {
        var answers = new BrowserAnswers(server.Address.Port);
        var tools = await browser.NewCDPSessionAsync(page);
        tools.Event("Network.requestWillBeSent").OnEvent += (_, e) => answers.AddRequest(e!.Value);
        tools.Event("Network.responseReceived").OnEvent += (_, e) => answers.AddStatus(e!.Value, e.Value.GetProperty("response").GetProperty("status").GetInt32());
        tools.Event("Network.responseReceivedExtraInfo").OnEvent += (_, e) => answers.AddStatus(e!.Value, e.Value.GetProperty("statusCode").GetInt32());
        await tools.SendAsync("Network.enable");
        return answers;
    }

    private static async Task<string[]> NamesAsync(MiniFaasServer server) =>
        [.. (await server.GetAsync("/functions")).Json.GetProperty("functions").EnumerateArray().Select(function => function.GetProperty("name").GetString()!)];
}
