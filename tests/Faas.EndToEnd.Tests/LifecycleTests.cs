using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>Versions and the way back to an earlier one.</summary>
public sealed class LifecycleTests
{
    [Fact]
    public async Task Rollback_HoldsUntilTheNextDeploy_AcrossKillAndRestart()
    {
        using var folder = new TemporaryFolder();
        string first;
        await using (var server = await MiniFaasServer.StartInAsync(folder, "--workers", "1"))
        {
            (await server.GetAsync("/function/page/versions")).ShouldFail(404, "function_not_found");
            (await server.SendAsync(HttpMethod.Post, "/function/page/rollback", [])).ShouldFail(404, "function_not_found");
            first = (await server.DeployAsync("page", "html", "one")).ShouldSucceed().Text("id")!;
            (await server.SendAsync(HttpMethod.Post, "/function/page/rollback", [])).ShouldFail(409, "no_earlier_version");
            var second = (await server.DeployAsync("page", "html", "two")).ShouldSucceed().Text("id")!;
            (await server.SendAsync(HttpMethod.Post, "/function/page/rollback?to=page_1", [])).ShouldFail(404, "function_not_found");
            Assert.Equal("two", (await server.InvokeAsync("page")).Output);

            Assert.Equal(first, (await server.SendAsync(HttpMethod.Post, "/function/page/rollback", [])).ShouldSucceed().Text("id"));
            Assert.Equal("one", (await server.InvokeAsync("page")).Output);
            Assert.Equal("two", (await server.InvokeAsync(second)).Output);
            await server.KillAsync();
        }

        await using var again = await MiniFaasServer.StartInAsync(folder, "--workers", "1");
        var address = again.Address.GetLeftPart(UriPartial.Authority);
        Assert.Equal("one", (await again.InvokeAsync("page")).Output);
        var versions = (await again.GetAsync("/function/page/versions")).ShouldSucceed();
        Assert.Equal(first, versions.Text("current"));
        Assert.Equal(2, versions.Json.GetProperty("versions").GetArrayLength());

        var third = (await again.DeployAsync("page", "html", "three")).ShouldSucceed().Text("id")!;
        Assert.Equal("three", (await again.InvokeAsync("page")).Output);
        var back = await MiniFaasCommand.RunAsync("rollback", "page", "--to", first, "--server", address);
        Assert.Equal((0, first + "\n"), (back.ExitCode, back.Output));
        var listed = await MiniFaasCommand.RunAsync("versions", "page", "--server", address);
        Assert.Equal(0, listed.ExitCode);
        Assert.Equal(["*", "", ""], listed.Output.TrimEnd('\n').Split('\n').Select(line => line.Split('\t')[0]));
        Assert.EndsWith(third, listed.Output.TrimEnd('\n').Split('\n')[2].Split('\t')[2], StringComparison.Ordinal);
        Assert.Equal(1, (await MiniFaasCommand.RunAsync("rollback", "page", "--server", address)).ExitCode);
    }
}
