using Faas.EndToEnd.Tests.Server;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Faas.Browser.Tests;

/// <summary>The README's first five minutes, and what an operator does afterwards.</summary>
public sealed class DashboardStoryTests(Chromium chromium)
{
    [Fact]
    public async Task Function_WrittenInThePage_IsDeployedInvokedAndMovesTheChart()
    {
        await using var server = await MiniFaasServer.StartAsync();
        await using var dashboard = await Dashboard.OpenAsync(chromium, server);
        var page = dashboard.Page;
        await dashboard.LiveAsync();
        await Expect(page.Locator(".worker")).ToHaveCountAsync(4);
        await Expect(page.Locator(".plot").First).ToHaveAttributeAsync("data-points", "0");
        await page.GetByRole(AriaRole.Link, new() { Name = "Write a function" }).ClickAsync();

        await dashboard.ByLabel("Language").SelectOptionAsync("wasm");
        await dashboard.ByLabel("Name").FillAsync("first");
        await dashboard.Button("Deploy").ClickAsync();
        await Expect(page.Locator(".deploy-state")).ToContainTextAsync("first is version 1");
        await dashboard.Button("Invoke").ClickAsync();
        await Expect(page.Locator("#output")).ToHaveTextAsync("Hello, world!\n");
        await Expect(page.Locator("#receipt-total")).ToContainTextAsync("s");
        await Expect(page.Locator(".receipt-parts div")).ToHaveCountAsync(4);

        await page.GetByRole(AriaRole.Link, new() { Name = "Overview", Exact = true }).ClickAsync();
        await Expect(page.Locator(".plot").First).Not.ToHaveAttributeAsync("data-points", "0");
        await page.GetByRole(AriaRole.Link, new() { Name = "Functions", Exact = true }).ClickAsync();
        await Expect(page.Locator("tr[data-name=first]")).ToBeVisibleAsync();
        dashboard.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task Source_ThatDoesNotCompile_LeadsToItsPlaces()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "1");
        var probe = await server.DeployAsync("probe", "c", "int main(void) { return 0; }");
        Assert.SkipWhen(probe.Error == "toolchain_missing", $"c: {probe.Text("message")}");
        await using var dashboard = await Dashboard.OpenAsync(chromium, server, "editor");
        var page = dashboard.Page;
        await dashboard.ByLabel("Language").SelectOptionAsync("c");
        await Expect(page.Locator(".cm-content")).ToContainTextAsync("printf");
        await WriteAsync(page, "int main(void) { return missing; }");
        await page.Keyboard.PressAsync("Control+s");
        var place = page.Locator(".diagnostics li button").First;
        await Expect(place).ToContainTextAsync("1:25");
        await Expect(page.Locator(".cm-lint-marker-error")).ToHaveCountAsync(1);
        await dashboard.TakePictureAsync("dashboard-diagnostics");
        await place.ClickAsync();
        await Expect(page.Locator(".cm-activeLine")).ToHaveTextAsync("int main(void) { return missing; }");

        await WriteAsync(page, "int puts(const char *); int main(void) { puts(\"repaired\"); return 0; }");
        await page.Keyboard.PressAsync("Control+Enter");
        await Expect(page.Locator("#output")).ToHaveTextAsync("repaired\n");
        await Expect(page.Locator(".diagnostics")).Not.ToBeVisibleAsync();
        dashboard.ShouldHaveNoComplaints("422");
    }

    [Fact]
    public async Task KilledWorker_ComesBackOnItsCard()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "2");
        await using var dashboard = await Dashboard.OpenAsync(chromium, server);
        var card = dashboard.Page.Locator(".worker[data-index='1']");
        await Expect(card).ToHaveAttributeAsync("data-state", "ready");
        var pid = await card.GetAttributeAsync("data-pid");
        Assert.Contains(int.Parse(pid!, System.Globalization.CultureInfo.InvariantCulture), server.Workers);
        Assert.Equal(0, LibcNativeMethods.kill(int.Parse(pid!, System.Globalization.CultureInfo.InvariantCulture), LibcNativeMethods.SIGKILL));
        await Expect(card).Not.ToHaveAttributeAsync("data-pid", pid!);
        await Expect(card).ToHaveAttributeAsync("data-state", "ready");
        await Expect(card.Locator("dd.warn")).ToHaveTextAsync("1");
        await Expect(dashboard.Page.Locator(".toast")).ToContainTextAsync("Worker 1 was replaced");
        dashboard.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task Strategy_SwitchedInThePage_IsUsedAtOnceAndSeenByOthers()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "2");
        (await server.DeployAsync("ok", "wasm", Guests.Hello)).ShouldSucceed();
        await using var dashboard = await Dashboard.OpenAsync(chromium, server);
        await using var other = await Dashboard.OpenAsync(chromium, server);
        await Expect(dashboard.Page.Locator("input[value=RR]")).ToBeCheckedAsync();
        await dashboard.Page.GetByText("LEAST", new() { Exact = true }).ClickAsync();
        await Expect(dashboard.Page.Locator(".toast")).ToContainTextAsync("The strategy is LEAST now");
        Assert.EndsWith("pick;desc=LEAST", (await server.InvokeAsync("ok")).ShouldSucceed().Header("Server-Timing"), StringComparison.Ordinal);
        await Expect(other.Page.Locator("input[value=LEAST]")).ToBeCheckedAsync();
        dashboard.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task Function_FoundRolledBackFollowedAndDeleted()
    {
        await using var server = await MiniFaasServer.StartAsync("--workers", "1");
        (await server.DeployAsync("page", "html", "one")).ShouldSucceed();
        (await server.DeployAsync("page", "html", "two")).ShouldSucceed();
        (await server.DeployAsync("trap", "wasm", "(module (memory (export \"memory\") 1) (func (export \"_start\") unreachable))")).ShouldSucceed();
        await using var dashboard = await Dashboard.OpenAsync(chromium, server, "functions");
        var page = dashboard.Page;
        await Expect(page.Locator("tbody tr:visible")).ToHaveCountAsync(2);
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("html");
        await Expect(page.Locator("tbody tr:visible")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Link, new() { Name = "page", Exact = true }).ClickAsync();
        await Expect(page.Locator(".versions tbody tr")).ToHaveCountAsync(2);
        await dashboard.Button("Roll back to version 1").ClickAsync();
        await Expect(page.Locator(".versions tr[data-version='1']")).ToContainTextAsync("in use");
        Assert.Equal("one", (await server.InvokeAsync("page")).ShouldSucceed().Output);
        // Also what others deploy arrives by itself.
        (await server.DeployAsync("page", "html", "three")).ShouldSucceed();
        await Expect(page.Locator(".versions tr[data-version='3']")).ToContainTextAsync("in use");

        await dashboard.ShowAsync("functions/trap");
        await Expect(page.GetByText("Nothing yet")).ToBeVisibleAsync();
        (await server.InvokeAsync("trap")).ShouldFail(500, "trap");
        await Expect(page.Locator(".log li")).ToContainTextAsync("trap");
        await Expect(page.Locator(".plot").First).Not.ToHaveAttributeAsync("data-points", "0");
        await dashboard.Button("Delete").ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page.Locator("tr[data-name=page]")).ToBeVisibleAsync();
        await Expect(page.Locator("tr[data-name=trap]")).ToHaveCountAsync(0);
        dashboard.ShouldHaveNoComplaints();
    }

    [Fact]
    public async Task Tokens_AreAskedForAndTheirScopesHold()
    {
        using var folder = new TemporaryFolder();
        var words = (await MiniFaasCommand.RunAsync("token", "new", "someone", "--scopes", "invoke,deploy")).Output.Split('\n');
        var file = folder.Combine("tokens");
        await File.WriteAllTextAsync(file, words[1], TestContext.Current.CancellationToken);
        await using var server = await MiniFaasServer.StartInAsync(folder, "--workers", "1", "--token-file", file);
        await using var dashboard = await Dashboard.OpenAsync(chromium, server);
        var page = dashboard.Page;
        await dashboard.ByLabel("Token").FillAsync("wrong");
        await dashboard.Button("Continue").ClickAsync();
        await Expect(page.GetByText("not in its token file")).ToBeVisibleAsync();
        await dashboard.ByLabel("Token").FillAsync(words[0]);
        await dashboard.Button("Continue").ClickAsync();
        await dashboard.LiveAsync();
        await Expect(page.Locator(".worker")).ToHaveCountAsync(1);
        await page.GetByText("P2C", new() { Exact = true }).ClickAsync();
        await Expect(page.Locator(".toast[data-kind=bad]")).ToContainTextAsync("admin");
        await Expect(page.Locator("input[value=RR]")).ToBeCheckedAsync();
        await page.ReloadAsync();
        await dashboard.LiveAsync();
        dashboard.ShouldHaveNoComplaints("401", "403");
    }

    // By keys, as people do: what is typed in closes brackets and quotes by itself and is typed over them.
    private static async Task WriteAsync(IPage page, string code)
    {
        await page.Locator(".cm-content").ClickAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.PressAsync("Delete");
        await page.Keyboard.TypeAsync(code);
    }
}
