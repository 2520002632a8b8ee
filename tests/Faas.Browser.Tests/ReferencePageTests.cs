using System.Collections.Concurrent;
using Faas.EndToEnd.Tests.Server;

namespace Faas.Browser.Tests;

/// <summary><c>/docs</c> in a real browser.</summary>
public sealed class ReferencePageTests(Chromium chromium)
{
    [Fact]
    public async Task Page_ShowsTheApi_AndLoadsNothingFromElsewhere()
    {
        await using var browser = await chromium.NewContextAsync();
        await using var server = await MiniFaasServer.StartAsync("--workers", "1");
        var page = await browser.NewPageAsync();
        var requests = new ConcurrentBag<string>();
        var complaints = new ConcurrentBag<string>();
        browser.Request += (_, request) => requests.Add(request.Url);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                complaints.Add(message.Text);
            }
        };
        page.PageError += (_, error) => complaints.Add(error);

        var answer = await page.GotoAsync(new Uri(server.Address, "/docs").ToString());
        Assert.Equal(200, answer!.Status);
        try
        {
            await page.GetByText("Deploy a function").Locator("visible=true").First.WaitForAsync();
        }
        catch (TimeoutException)
        {
            Assert.Fail($"the page does not show the API: {string.Join('\n', complaints)}\n{await page.InnerTextAsync("body")}");
        }

        Assert.All(requests, url => Assert.True(url.StartsWith("data:", StringComparison.Ordinal) || url.StartsWith("blob:", StringComparison.Ordinal) || new Uri(url).Authority == server.Address.Authority, url));
        Assert.Empty(complaints);
    }
}
