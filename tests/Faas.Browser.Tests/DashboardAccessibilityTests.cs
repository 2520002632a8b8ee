using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Faas.EndToEnd.Tests.Server;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Faas.Browser.Tests;

/// <summary>The dashboard by keyboard, on a phone, in both colour schemes, and by the rules of axe-core (WCAG 2.2 AA).</summary>
public sealed class DashboardAccessibilityTests(Chromium chromium)
{
    private static readonly string[] s_views = ["", "functions", "functions/hello", "editor", "editor/hello"];

    [Fact]
    public async Task Keyboard_Alone_DeploysInvokesAndSwitches()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "1");
        await using var dashboard = await Dashboard.OpenAsync(chromium, server);
        var page = dashboard.Page;
        await dashboard.LiveAsync();
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator(".skip-link")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("main")).ToBeFocusedAsync();

        await TabToAsync(page, page.GetByRole(AriaRole.Link, new() { Name = "Editor", Exact = true }), backwards: true);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".cm-content")).ToBeVisibleAsync();
        await TabToAsync(page, dashboard.ByLabel("Name"));
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.TypeAsync("typed");
        await TabToAsync(page, dashboard.ByLabel("Language"));
        await page.Keyboard.TypeAsync("Web");
        await Expect(dashboard.ByLabel("Language")).ToHaveValueAsync("wasm");
        await TabToAsync(page, dashboard.Button("Deploy"));
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".deploy-state")).ToContainTextAsync("typed is version 1");
        // Through the code, not caught in it.
        await TabToAsync(page, dashboard.Button("Invoke"));
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#output")).ToHaveTextAsync("Hello, world!\n");

        await TabToAsync(page, page.GetByRole(AriaRole.Link, new() { Name = "Overview", Exact = true }), backwards: true);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("main")).ToBeFocusedAsync();
        await TabToAsync(page, page.Locator("input[value=RR]"));
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.Locator(".toast")).ToContainTextAsync("The strategy is FIFO now");
        dashboard.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task Phone_HasNoHorizontalScrollAnywhere()
    {
        await using var server = await StartWithFunctionAsync();
        await using var dashboard = await Dashboard.OpenAsync(chromium, server, options: new()
        {
            ViewportSize = new() { Width = 390, Height = 844 },
            IsMobile = true,
            HasTouch = true,
        });
        foreach (var view in s_views)
        {
            await dashboard.ShowAsync(view);
            await dashboard.LiveAsync();
            await Expect(dashboard.Page.Locator("main > .page")).ToBeVisibleAsync();
            Assert.Equal(390, await dashboard.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        }

        dashboard.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task Colours_FollowTheSystemAndTheSwitch()
    {
        await using var server = await StartWithFunctionAsync();
        await using var dashboard = await Dashboard.OpenAsync(chromium, server, options: new() { ColorScheme = ColorScheme.Dark });
        var page = dashboard.Page;
        var body = page.Locator("body");
        await Expect(body).ToHaveCSSAsync("background-color", "rgb(13, 16, 21)");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await Expect(body).ToHaveCSSAsync("background-color", "rgb(246, 247, 249)");
        await page.GetByLabel("Colours: system").ClickAsync();
        await page.GetByLabel("Colours: light").ClickAsync();
        await Expect(body).ToHaveCSSAsync("background-color", "rgb(13, 16, 21)");
        await page.ReloadAsync();
        await Expect(body).ToHaveCSSAsync("background-color", "rgb(13, 16, 21)");
        dashboard.ShouldHaveNoComplaints();
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task EveryView_PassesTheRulesOfAxe(ColorScheme colours)
    {
        await using var server = await StartWithFunctionAsync();
        await using var dashboard = await Dashboard.OpenAsync(chromium, server, options: new() { ColorScheme = colours, ReducedMotion = ReducedMotion.Reduce });
        foreach (var view in s_views)
        {
            await dashboard.ShowAsync(view);
            await dashboard.LiveAsync();
            await Expect(dashboard.Page.Locator("main > .page")).ToBeVisibleAsync();
            if (view.StartsWith("editor", StringComparison.Ordinal))
            {
                await Expect(dashboard.Page.Locator(".cm-content")).ToContainTextAsync("(");
            }

            var result = await dashboard.Page.RunAxe();
            var problems = result.Violations.Select(violation => $"#/{view}: {violation.Id}: {violation.Help}: {string.Join(' ', violation.Nodes.Select(node => node.Html))}").ToList();
            Assert.True(problems.Count == 0, string.Join('\n', problems));
        }
    }

    private static async Task<MiniFaasServer> StartWithFunctionAsync()
    {
        var server = await MiniFaasServer.StartAsync("--workers", "2");
        (await server.DeployAsync("hello", "wasm", Guests.Hello)).ShouldSucceed();
        (await server.DeployAsync("hello", "wasm", Guests.Hello)).ShouldSucceed();
        (await server.InvokeAsync("hello")).ShouldSucceed();
        return server;
    }

    // Each stop on the way must be seen: by an outline, or by the border of the code's card, or the outline of a choice's label.
    private static async Task TabToAsync(IPage page, ILocator target, bool backwards = false)
    {
        const string IsFocused = "element => element.getRootNode().activeElement === element";
        const string IsVisible = """
            () => {
              const focused = document.activeElement;
              return focused === document.body || focused === document.documentElement || getComputedStyle(focused).outlineStyle !== 'none'
                || focused.shadowRoot !== null || focused.id === 'main' || getComputedStyle(focused.closest('label') ?? focused).outlineStyle !== 'none';
            }
            """;
        for (var stops = 0; !await target.EvaluateAsync<bool>(IsFocused); stops++)
        {
            Assert.True(stops < 60, $"the Tab key does not reach {target}");
            await page.Keyboard.PressAsync(backwards ? "Shift+Tab" : "Tab");
            Assert.True(await page.EvaluateAsync<bool>(IsVisible), "the focus cannot be seen: " + await page.EvaluateAsync<string>("document.activeElement.outerHTML"));
        }
    }
}
