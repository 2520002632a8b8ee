using System.CommandLine;
using MiniFaas.Commands;
using MiniFaas.Settings;

namespace MiniFaas.Tests;

/// <summary>The general parser and the quick way round it.</summary>
public sealed class CommandTreeTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("hash", "strategy=hash")]
    [InlineData("RR --workers 2 --http=:0", "strategy=RR workers=2 http=:0")]
    [InlineData("--require-sandbox --slots 3", "require-sandbox=true slots=3")]
    [InlineData("--require-sandbox false", "require-sandbox=false")]
    [InlineData("--config f.json --workers 1 --workers 2", "workers=1 workers=2")]
    public void ServerArguments_PlainStart_IsRead(string line, string expected)
    {
        Assert.True(ServerArguments.TryParse(Words(line), out ServerArguments? arguments));
        Assert.Equal(expected, string.Join(' ', arguments.Values.Select(value => $"{value.Setting.Name}={value.Text}")));
    }

    [Theory]
    [InlineData("deploy hello.c")]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("lifo")]
    [InlineData("--workers")]
    [InlineData("--workers --slots 2")]
    [InlineData("--worker 2")]
    [InlineData("--workers 2 RR")]
    [InlineData("RR FIFO")]
    public void ServerArguments_AnythingElse_IsLeftToTheParser(string line) =>
        Assert.False(ServerArguments.TryParse(Words(line), out _));

    [Theory]
    [InlineData("")]
    [InlineData("hash")]
    [InlineData("p2c --workers 2 --http=:0")]
    [InlineData("--require-sandbox --slots 3")]
    [InlineData("--config f.json --queue 1")]
    public void Parser_PlainStart_UnderstandsItToo(string line) =>
        Assert.Empty(CommandTree.Parse(Words(line)).Errors);

    [Fact]
    public void Parser_EverySetting_IsAnOptionOfTheRoot()
    {
        RootCommand root = CommandTree.Create();
        Assert.All(SettingCatalog.All, setting => Assert.Contains(root.Options, option => option.Name == setting.OptionName));
    }

    [Theory]
    [InlineData("deploy hello.c --name x --lang c --timeout 200ms --memory 64MiB --env A=1 --env B=2 --concurrency 3 --output json")]
    [InlineData("invoke hello a b --data @file")]
    [InlineData("invoke hello -- --dash")]
    [InlineData("list --output json --token x")]
    [InlineData("describe hello --code")]
    [InlineData("delete hello --server http://127.0.0.1:1")]
    [InlineData("versions hello --output json")]
    [InlineData("logs hello -f -n 5")]
    [InlineData("rollback hello --to hello_1")]
    [InlineData("load hello 16 1000 --token x")]
    [InlineData("completion fish")]
    public void Parser_EachCommand_IsUnderstood(string line)
    {
        ParseResult parsed = CommandTree.Parse(Words(line));
        Assert.Empty(parsed.Errors);
        Assert.Equal(line.Split(' ')[0], parsed.CommandResult.Command.Name);
    }

    [Theory]
    [InlineData("lifo", "FIFO")]
    [InlineData("delpoy x", "deploy")]
    [InlineData("--worker 5", "--workers")]
    [InlineData("deploy f.c --memroy=5MiB", "--memory")]
    public void Problems_TypingError_NamesTheNearest(string line, string nearest) =>
        Assert.EndsWith($"did you mean {nearest}?", Assert.Single(ParseProblems.Describe(CommandTree.Parse(Words(line)))), StringComparison.Ordinal);

    [Theory]
    [InlineData("--workers")]
    [InlineData("deploy")]
    [InlineData("deploy f.c --timeout 5")]
    [InlineData("deploy f.c --memory 1KiB")]
    [InlineData("deploy f.c --concurrency 0")]
    [InlineData("deploy f.c --env =x")]
    [InlineData("list --output xml")]
    [InlineData("list --server ftp://x")]
    [InlineData("completion tcsh")]
    [InlineData("load hello many")]
    [InlineData("delete a b")]
    [InlineData("token new x --scopes all")]
    [InlineData("--http *:0")]
    [InlineData("xyzzy")]
    public async Task RunAsync_WrongCommandLine_Exits2(string line) => Assert.Equal(2, await CommandLine.RunAsync(Words(line)));

    [Fact]
    public async Task RunAsync_NobodyListens_Exits3() =>
        Assert.Equal(3, await CommandLine.RunAsync(["list", "--server", $"http://127.0.0.1:{FreePort()}"]));

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public void Completion_Script_HasCommandsStrategiesAndOptions(string shell)
    {
        string script = CompletionScript.Create(shell, CommandTree.Create());
        string[] words = ["deploy", "invoke", "describe", "WEIGHTED", "heartbeat-timeout", "concurrency"];
        Assert.All(words, word => Assert.Contains(word, script, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("hello.c", "c", "hello")]
    [InlineData("/a/My File.RS", "rust", "My-File")]
    [InlineData("x.test.mjs", "js", "x.test")]
    [InlineData(".hidden.py", "python", "hidden")]
    [InlineData("a.wat", "wasm", "a")]
    [InlineData("README", null, "README")]
    public void SourceLanguage_FromFileName_KnowsLanguageAndName(string file, string? language, string name)
    {
        Assert.Equal(language, SourceLanguage.FromFileName(file));
        Assert.Equal(name, SourceLanguage.NameFrom(file));
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    // Bound and closed again: nobody listens on it now.
    private static int FreePort()
    {
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        return ((System.Net.IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
