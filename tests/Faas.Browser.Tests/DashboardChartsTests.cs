using System.Globalization;
using Faas.EndToEnd.Tests.Server;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Faas.Browser.Tests;

/// <summary>A server at work, looked at from all sides; with MINIFAAS_PICTURES for long enough to fill the charts.</summary>
public sealed class DashboardChartsTests(Chromium chromium)
{
    private const string Trap = "(module (memory (export \"memory\") 1) (func (export \"_start\") unreachable))";

    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(20);

    // Seconds with calls in them that the charts should show.
    private static readonly int s_points = Dashboard.TakesPictures ? 75 : 4;

    [Fact]
    public async Task Charts_UnderMixedLoad_ShowRatesLatenciesAndErrors()
    {
        await using var server = await MiniFaasServer.StartAsync();
        (await server.DeployAsync("greet", "wasm", Guests.Hello)).ShouldSucceed();
        (await server.DeployAsync("thumbnail", "wasm", Guests.Hello)).ShouldSucceed();
        (await server.DeployAsync("thumbnail", "wasm", Guests.Hello)).ShouldSucceed();
        (await server.DeployAsync("broken", "wasm", Trap)).ShouldSucceed();
        (await server.DeployAsync("landing", "html", "<h1>Hello")).ShouldSucceed();
        using var stop = new CancellationTokenSource();
        var callers = Task.WhenAll(CallAsync("greet", 1), CallAsync("greet", 1), CallAsync("thumbnail", 2), CallAsync("landing", 4), CallAsync("broken", 40));

        await using var dashboard = await Dashboard.OpenAsync(chromium, server);
        var page = dashboard.Page;
        await dashboard.LiveAsync();
        var points = page.Locator(".plot").First;
        await Patience.UntilAsync(
            async () => int.Parse(await points.GetAttributeAsync("data-points") ?? "0", CultureInfo.InvariantCulture) >= s_points,
            "points on the first chart",
            limit: TimeSpan.FromSeconds(60 + s_points));
        await Expect(page.Locator(".busiest tbody tr:visible")).Not.ToHaveCountAsync(0);
        await Expect(page.Locator("#figure-p99")).ToContainTextAsync("s");
        await dashboard.TakePictureAsync("dashboard-overview");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await dashboard.TakePictureAsync("dashboard-overview-dark");

        await dashboard.ShowAsync("functions/broken");
        await Expect(page.Locator(".log li").First).ToContainTextAsync("trap");
        await dashboard.TakePictureAsync("dashboard-function-dark");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await dashboard.ShowAsync("functions");
        await Expect(page.Locator("tr.active").First).ToBeVisibleAsync();
        await dashboard.TakePictureAsync("dashboard-functions");
        await dashboard.ShowAsync("editor/greet");
        await Expect(page.Locator(".cm-content")).ToContainTextAsync("fd_write");
        await dashboard.Button("Invoke").ClickAsync();
        await Expect(page.Locator("#output")).ToHaveTextAsync("Hello from WebAssembly!\n");
        await dashboard.TakePictureAsync("dashboard-editor");
        dashboard.ShouldHaveNoComplaints();

        await using var phone = await Dashboard.OpenAsync(
            chromium, server, options: new() { ViewportSize = new() { Width = 390, Height = 844 }, IsMobile = true, HasTouch = true });
        await phone.LiveAsync();
        await Expect(phone.Page.Locator("#figure-p99")).ToContainTextAsync("s");
        await phone.TakePictureAsync("dashboard-phone");
        await stop.CancelAsync();
        await callers;

        async Task CallAsync(string function, int pace)
        {
            while (!stop.IsCancellationRequested)
            {
                await server.InvokeAsync(function);
                await Task.Delay(s_pace * pace, CancellationToken.None);
            }
        }
    }
}
