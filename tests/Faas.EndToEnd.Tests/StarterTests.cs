using System.Diagnostics;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>What <c>new</c> writes can be deployed as it is, and <c>watch</c> deploys what an editor saves.</summary>
public sealed class StarterTests(SharedServer shared) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("c", "handler", "Hello, Ada!\n")]
    [InlineData("cpp", "handler", "Hello, Ada!\n")]
    [InlineData("rust", "handler", "Hello, Ada!\n")]
    [InlineData("go", "handler", "Hello, Ada!\n")]
    [InlineData("js", "handler", "Hello, Ada!\n")]
    [InlineData("js", "script", "Hello, Ada!\n")]
    [InlineData("python", "handler", "Hello, Ada!\n")]
    [InlineData("python", "script", "Hello, Ada!\n")]
    [InlineData("php", "handler", "Hello, Ada!\n")]
    [InlineData("php", "script", "Hello, Ada!\n")]
    [InlineData("wasm", "handler", "Hello, world!\n")]
    public async Task New_WritesAFunctionThatGreets(string language, string style, string expected)
    {
        var name = $"starter-{language}-{style}";
        var written = await MiniFaasCommand.RunInAsync(_folder, "new", language, name, "--style", style);
        Assert.Equal((0, ""), (written.ExitCode, written.Errors));
        var file = _folder.Combine(written.Output.TrimEnd('\n'));
        await shared.Server.DeployedAsync(name, language, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)); // skips without a compiler
        Assert.Equal(expected, (await shared.Server.InvokeAsync(name, "Ada")).Output);
    }

    [Fact]
    public async Task New_OverwritesNothing()
    {
        Assert.Equal(new CommandResult(0, "hello.c\n", ""), await MiniFaasCommand.RunInAsync(_folder, "new", "c"));
        await File.WriteAllTextAsync(_folder.Combine("hello.c"), "mine", TestContext.Current.CancellationToken);
        var again = await MiniFaasCommand.RunInAsync(_folder, "new", "c");
        Assert.Equal((1, ""), (again.ExitCode, again.Output));
        Assert.Equal("mine", await File.ReadAllTextAsync(_folder.Combine("hello.c"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Watch_DeploysAfterEachSave_AlsoOneThatReplacesTheFile()
    {
        var file = _folder.Combine("watched.html");
        await File.WriteAllTextAsync(file, "one", TestContext.Current.CancellationToken);
        using var watch = Process.Start(MiniFaasCommand.StartInfo(["watch", file, "--server", shared.Server.Address.ToString(), "--invoke"]))!;
        try
        {
            Assert.Equal("one", await PageAsync("one"));
            await File.WriteAllTextAsync(file, "two", TestContext.Current.CancellationToken);
            Assert.Equal("two", await PageAsync("two"));
            await File.WriteAllTextAsync(file + ".new", "three", TestContext.Current.CancellationToken);
            File.Move(file + ".new", file, overwrite: true);
            Assert.Equal("three", await PageAsync("three"));
            Assert.Equal(0, LibcNativeMethods.kill(watch.Id, LibcNativeMethods.SIGINT));
            await watch.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
            Assert.Equal(0, watch.ExitCode);
        }
        finally
        {
            if (!watch.HasExited)
            {
                watch.Kill();
            }
        }

        async Task<string> PageAsync(string expected)
        {
            var page = "";
            await Patience.UntilAsync(async () => (page = (await shared.Server.GetAsync("/fn/watched/")).Body) == expected, $"the page says {expected}");
            return page;
        }
    }

    [Fact]
    public async Task Profile_NamesAServerForAllCommands()
    {
        await shared.Server.DeployedAsync("profiled", "html", "x");
        Assert.Equal(0, (await MiniFaasCommand.RunInAsync(_folder, "profile", "set", "here", shared.Server.Address.ToString())).ExitCode);
        Assert.Equal(0, (await MiniFaasCommand.RunInAsync(_folder, "profile", "set", "nowhere", "http://127.0.0.1:1", "--token", "secret")).ExitCode);
        Assert.Contains("profiled", (await MiniFaasCommand.RunInAsync(_folder, "list")).Output, StringComparison.Ordinal);
        Assert.Equal(3, (await MiniFaasCommand.RunInAsync(_folder, "list", "--profile", "nowhere")).ExitCode);
        Assert.Equal(2, (await MiniFaasCommand.RunInAsync(_folder, "list", "--profile", "other")).ExitCode);
        Assert.Equal(0, (await MiniFaasCommand.RunInAsync(_folder, "profile", "use", "nowhere")).ExitCode);
        Assert.Equal(3, (await MiniFaasCommand.RunInAsync(_folder, "list")).ExitCode);

        var listed = await MiniFaasCommand.RunInAsync(_folder, "profile", "list");
        Assert.Contains("*\tnowhere\thttp://127.0.0.1:1\tyes", listed.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", listed.Output, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.Combine("config/minifaas/profiles.json")));
        Assert.Equal(0, (await MiniFaasCommand.RunInAsync(_folder, "profile", "remove", "nowhere")).ExitCode);
        Assert.Equal(1, (await MiniFaasCommand.RunInAsync(_folder, "profile", "remove", "nowhere")).ExitCode);
    }

    [Fact]
    public async Task Invoke_TellsWhereTheTimeWent_AndCanCallThePageItself()
    {
        await shared.Server.DeployedAsync("cli-receipt", "wasm", Sources.Ok);
        var timed = await MiniFaasCommand.RunAsync("invoke", "cli-receipt", "--timing", "--server", shared.Server.Address.ToString());
        Assert.Equal((0, "ok"), (timed.ExitCode, timed.Output));
        Assert.Matches("^worker [0-9]+ · queue .* · run [0-9.]+ .* · total .*\n$", timed.Errors);

        var json = await MiniFaasCommand.RunAsync("invoke", "cli-receipt", "--output", "json", "--server", shared.Server.Address.ToString());
        Assert.Equal((0, "{\"ok\":true,\"output\":\"ok\"}\n"), (json.ExitCode, json.Output));

        await shared.Server.DeployedAsync("cli-page", "html", "<p>page");
        Assert.Equal(new CommandResult(0, "<p>page", ""), await MiniFaasCommand.RunAsync("invoke", "cli-page", "--raw", "--server", shared.Server.Address.ToString()));
    }
}
