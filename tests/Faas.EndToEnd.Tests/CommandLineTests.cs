using System.Text.Json;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>The client commands of the program against a server.</summary>
public sealed class CommandLineTests(SharedServer shared) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Functions_FromDeployToDelete()
    {
        var file = await FileAsync("cli-ok.wat", Sources.Ok);
        var deployed = await RunAsync("deploy", file);
        Assert.Equal(0, deployed.ExitCode);
        var id = deployed.Output.TrimEnd('\n');
        Assert.Matches("^cli-ok_[0-9]+$", id);

        Assert.Equal(new CommandResult(0, "ok", ""), await RunAsync("invoke", "cli-ok"));
        Assert.Equal(new CommandResult(0, "ok", ""), await RunAsync("invoke", id));

        var listed = await RunAsync("list");
        Assert.Equal(0, listed.ExitCode);
        // Not a terminal: columns are parted by tabs.
        Assert.Contains(listed.Output.Split('\n'), line => line.StartsWith("cli-ok\t", StringComparison.Ordinal) && line.Contains(id, StringComparison.Ordinal));

        Assert.Equal(0, (await RunAsync("delete", "cli-ok")).ExitCode);
        var gone = await RunAsync("invoke", "cli-ok");
        Assert.Equal((1, ""), (gone.ExitCode, gone.Output));
        Assert.Contains("function_not_found", gone.Errors, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("delete", "cli-ok")).ExitCode);
    }

    [Fact]
    public async Task Deploy_OptionsReachTheFunction()
    {
        await shared.Server.DeployedAsync("probe", "c", RepositoryLayout.Module("args.c")); // skips without a compiler
        var file = await FileAsync("source.txt", RepositoryLayout.Module("args.c"));
        var deployed = await RunAsync("deploy", file, "--name", "cli-args", "--lang", "c", "--env", "GREETING=hi there", "--timeout", "2s", "--memory", "32MiB");
        Assert.Equal(0, deployed.ExitCode);
        var function = (await shared.Server.GetAsync("/function/cli-args")).Json;
        Assert.Equal(2000, function.GetProperty("timeoutMs").GetInt32());
        Assert.Equal(32 << 20, function.GetProperty("memoryBytes").GetInt32());
        Assert.Equal(new CommandResult(0, "[one][-two][&three=3]hi there\n", ""), await RunAsync("invoke", "cli-args", "--", "one", "-two", "&three=3"));
    }

    [Fact]
    public async Task Deploy_OfWhatDoesNotCompile_ShowsTheDiagnostics()
    {
        await shared.Server.DeployedAsync("probe", "c", RepositoryLayout.Module("args.c"));
        var result = await RunAsync("deploy", await FileAsync("cli-bad.c", "int main(void) { return misspelt; }"));
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains("main.c:1:25: error:", result.Errors, StringComparison.Ordinal);
        Assert.Contains("compile_failed", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deploy", "no-such-file.c", 1)]
    [InlineData("deploy", "language.unknown", 2)]
    public async Task Deploy_OfWhatIsNotThere_Fails(string command, string file, int exitCode)
    {
        var result = await RunAsync(command, _folder.Combine(file));
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoke_InputComesFromStandardInputOrTheOption()
    {
        await shared.Server.DeployedAsync("cli-echo", "c", RepositoryLayout.Module("echo.c"));
        Assert.Equal(new CommandResult(0, "piped\n", ""), await MiniFaasCommand.RunAsync("piped\n", ["invoke", "cli-echo", "--server", Server]));
        Assert.Equal(new CommandResult(0, "given", ""), await RunAsync("invoke", "cli-echo", "--data", "given"));
        Assert.Equal(new CommandResult(0, "filed", ""), await RunAsync("invoke", "cli-echo", "--data", "@" + await FileAsync("input", "filed")));
    }

    [Fact]
    public async Task Invoke_OfAFunctionThatFails_PassesOnWhatItWrote()
    {
        await shared.Server.DeployedAsync("cli-exit7", "c", RepositoryLayout.Module("exit7.c"));
        var result = await RunAsync("invoke", "cli-exit7");
        Assert.Equal((1, "before\n"), (result.ExitCode, result.Output));
        Assert.StartsWith("to the log\n", result.Errors, StringComparison.Ordinal);
        Assert.Contains("exit code 7", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_AsJson_IsTheServersAnswer()
    {
        await shared.Server.DeployedAsync("cli-json", "html", "x");
        var result = await RunAsync("list", "--output", "json");
        Assert.Equal(0, result.ExitCode);
        Assert.True(JsonDocument.Parse(result.Output).RootElement.GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task Load_SendsAsManyAsItWasTold()
    {
        await shared.Server.DeployedAsync("cli-load", "wasm", Sources.Ok);
        var text = await RunAsync("load", "cli-load", "4", "200");
        Assert.True(text.ExitCode == 0, text.ToString());
        Assert.Contains("99", text.Output, StringComparison.Ordinal);

        var json = await RunAsync("load", "cli-load", "2", "100", "--output", "json");
        Assert.True(json.ExitCode == 0, json.ToString());
        Assert.Contains("100", json.Output, StringComparison.Ordinal);
        _ = JsonDocument.Parse(json.Output);
    }

    [Fact]
    public async Task Load_OfAMissingFunction_Fails()
    {
        Assert.Equal(1, (await RunAsync("load", "nobody", "1", "5")).ExitCode);
        Assert.Equal(2, (await RunAsync("load", "nobody", "1")).ExitCode);
    }

    [Fact]
    public async Task Client_WithoutAServer_ExitsWithThree()
    {
        // Port 1 of loopback: nothing listens there on any machine that is in order.
        var result = await MiniFaasCommand.RunAsync("list", "--server", "http://127.0.0.1:1");
        Assert.Equal((3, ""), (result.ExitCode, result.Output));
    }

    [Fact]
    public async Task Change_GivesTheSameCodeOtherSettings()
    {
        await shared.Server.DeployedAsync("cli-change", "wasm", Sources.Ok);
        var changed = await RunAsync("change", "cli-change", "timeout=2s", "memory=32MiB", "label=team=blue");
        Assert.Equal((0, ""), (changed.ExitCode, changed.Errors));
        var function = (await shared.Server.GetAsync("/function/cli-change")).Json;
        Assert.Equal(changed.Output.TrimEnd('\n'), function.GetProperty("id").GetString());
        Assert.Equal((2000, 32 << 20), (function.GetProperty("timeoutMs").GetInt32(), function.GetProperty("memoryBytes").GetInt32()));
        Assert.Equal("ok", (await shared.Server.InvokeAsync("cli-change")).Output);

        Assert.Equal(2, (await RunAsync("change", "cli-change", "timeout")).ExitCode);
        Assert.Equal(2, (await RunAsync("change", "cli-change", "memory=lots")).ExitCode);
        Assert.Equal(1, (await RunAsync("change", "cli-change", "colour=blue")).ExitCode);
    }

    [Fact]
    public async Task Top_ShowsWorkersAndTheStrategy()
    {
        var text = await RunAsync("top", "--once");
        Assert.Equal((0, ""), (text.ExitCode, text.Errors));
        Assert.Contains("requests/s", text.Output, StringComparison.Ordinal);
        Assert.Contains(shared.Server.Workers[0].ToString(System.Globalization.CultureInfo.InvariantCulture), text.Output, StringComparison.Ordinal);

        var json = JsonDocument.Parse((await RunAsync("top", "--once", "--output", "json")).Output).RootElement;
        Assert.Equal(shared.Server.Workers.Count, json.GetProperty("workers").GetArrayLength());
    }

    [Fact]
    public async Task Strategy_IsShownAndChanged()
    {
        await using var server = await MiniFaasServer.StartAsync("RR", "--workers", "1");
        string[] here = ["--server", server.Address.ToString()];
        Assert.Equal(new CommandResult(0, "RR\n", ""), await MiniFaasCommand.RunAsync(["strategy", .. here]));
        Assert.Equal(new CommandResult(0, "P2C\n", ""), await MiniFaasCommand.RunAsync(["strategy", "p2c", .. here]));
        Assert.Equal(new CommandResult(0, "P2C\n", ""), await MiniFaasCommand.RunAsync(["strategy", .. here]));
        Assert.Equal(1, (await MiniFaasCommand.RunAsync(["strategy", "best", .. here])).ExitCode);
    }

    private string Server => shared.Server.Address.GetLeftPart(UriPartial.Authority);

    private Task<CommandResult> RunAsync(string command, params string[] arguments) => MiniFaasCommand.RunAsync([command, "--server", Server, .. arguments]);

    private async Task<string> FileAsync(string name, string text)
    {
        await File.WriteAllTextAsync(_folder.Combine(name), text);
        return _folder.Combine(name);
    }
}
