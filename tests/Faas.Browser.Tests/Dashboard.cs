using System.Collections.Concurrent;
using Faas.EndToEnd.Tests.Server;
using Microsoft.Playwright;

namespace Faas.Browser.Tests;

/// <summary>The dashboard of one server in a browser profile of its own. Notes what a developer would see in the console.</summary>
internal sealed class Dashboard : IAsyncDisposable
{
    private static readonly float s_limit = (float)Patience.Limit.TotalMilliseconds;

    private readonly IBrowserContext _browser;
    private readonly Uri _address;
    private readonly ConcurrentQueue<string> _complaints = [];

    private Dashboard(IBrowserContext browser, IPage page, Uri address)
    {
        _browser = browser;
        _address = address;
        Page = page;
        page.SetDefaultTimeout(s_limit);
        Assertions.SetDefaultExpectTimeout(s_limit);
        page.PageError += (_, error) => _complaints.Enqueue($"error: {error}");
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Enqueue($"{message.Type}: {message.Text}");
            }
        };
        page.Request += (_, request) =>
        {
            var url = new Uri(request.Url);
            if (url.Scheme is "http" or "https" or "ws" or "wss" && url.Authority != address.Authority)
            {
                _complaints.Enqueue($"a request to somewhere else: {url}");
            }
        };
    }

    /// <summary>True when the documentation's pictures are wanted: MINIFAAS_PICTURES names their folder.</summary>
    public static bool TakesPictures => PicturesFolder is { Length: > 0 };

    public IPage Page { get; }

    /// <summary>Opens it; skips the test where the build has none.</summary>
    /// <param name="chromium">The browser.</param>
    /// <param name="server">Whose dashboard.</param>
    /// <param name="view">What follows <c>#/</c> in the address.</param>
    /// <param name="options">Size, colours and the like.</param>
    public static async Task<Dashboard> OpenAsync(
        Chromium chromium, MiniFaasServer server, string view = "", BrowserNewContextOptions? options = null)
    {
        var browser = await chromium.NewContextAsync(options ?? new() { ViewportSize = new() { Width = 1360, Height = 900 } });
        var dashboard = new Dashboard(browser, await browser.NewPageAsync(), server.Address);
        var answer = await dashboard.Page.GotoAsync(new Uri(server.Address, "/#/" + view).AbsoluteUri);
        if (answer!.Status == 501)
        {
            await browser.DisposeAsync();
            Assert.Skip("the dashboard is not part of this build: npm was not installed");
        }

        return dashboard;
    }

    public async Task ShowAsync(string view) => await Page.GotoAsync(new Uri(_address, "/#/" + view).AbsoluteUri);

    public ILocator ByLabel(string label) => Page.GetByLabel(label, new() { Exact = true });

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>Figures are live by now.</summary>
    public Task LiveAsync() => Assertions.Expect(Page.Locator("#connection")).ToHaveTextAsync("live");

    /// <summary>Fails when the console had errors or warnings, or anything was asked of another server.</summary>
    /// <param name="expected">Parts of complaints that belong to the test, such as the status of an answer.</param>
    public void ShouldHaveNoComplaints(params string[] expected) =>
        Assert.DoesNotContain(_complaints, complaint => !expected.Any(part => complaint.Contains(part, StringComparison.Ordinal)));

    private static string? PicturesFolder => Environment.GetEnvironmentVariable("MINIFAAS_PICTURES");

    /// <summary>Saves what is on the screen for the documentation; without <see cref="TakesPictures"/> nothing.</summary>
    public async Task TakePictureAsync(string name)
    {
        if (TakesPictures)
        {
            await Page.ScreenshotAsync(new() { Path = Path.Combine(PicturesFolder!, name + ".png"), Caret = ScreenshotCaret.Hide, Animations = ScreenshotAnimations.Disabled });
        }
    }

    public ValueTask DisposeAsync() => _browser.DisposeAsync();
}
