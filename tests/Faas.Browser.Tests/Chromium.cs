using Microsoft.Playwright;

namespace Faas.Browser.Tests;

/// <summary>
/// The machine's own Chromium, driven by Playwright; none is ever downloaded. Names under <c>.example</c> (RFC 2606)
/// lead to the loopback address, so that a test can have pages of other sites and names pointed at the gateway.
/// </summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] s_places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>A profile of its own; skips the test where there is no Chromium.</summary>
    public async Task<IBrowserContext> NewContextAsync(BrowserNewContextOptions? options = null)
    {
        var program = Environment.GetEnvironmentVariable("MINIFAAS_CHROMIUM") ?? Array.Find(s_places, File.Exists);
        Assert.SkipWhen(program is null, "chromium is not installed");
        _playwright ??= await Playwright.CreateAsync();
        _browser ??= await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = program,
            // Root has no sandbox of Chromium's; /dev/shm is small in containers.
            Args = ["--no-sandbox", "--disable-dev-shm-usage", "--host-resolver-rules=MAP *.example 127.0.0.1"],
        });
        return await _browser.NewContextAsync(options);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
