using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>What cannot start says so in a line with its remedy, and leaves nothing behind.</summary>
public sealed class StartFailureTests(SharedServer shared)
{
    [Fact]
    public async Task PortInUse_NamesItsHolder()
    {
        using var folder = new TemporaryFolder();
        var result = await MiniFaasCommand.RunAsync("--http", shared.Server.Address.Authority, "--data", folder.Data, "--runtime-dir", folder.Run);
        AssertFails(result, $"pid {shared.Server.ProcessId}");
        Assert.Empty(ProcessTable.Naming(folder.Path));
    }

    [Fact]
    public async Task DataFolderInUse_NamesItsHolder()
    {
        using var folder = new TemporaryFolder();
        await using var server = await MiniFaasServer.StartInAsync(folder, "--workers", "1");
        AssertFails(
            await MiniFaasCommand.RunAsync("--http", "127.0.0.1:0", "--data", folder.Data, "--runtime-dir", folder.Combine("other")),
            $"{server.ProcessId}");
    }

    [Fact]
    public async Task RuntimeFolderInUse_NamesItsHolderAndLeavesItsSockets()
    {
        using var folder = new TemporaryFolder();
        await using var server = await MiniFaasServer.StartInAsync(folder, "--workers", "1");
        AssertFails(
            await MiniFaasCommand.RunAsync("--http", "127.0.0.1:0", "--data", folder.Combine("other"), "--runtime-dir", folder.Run),
            $"{server.ProcessId}");

        // The first one's socket is still there for its next worker.
        LibcNativeMethods.kill(Assert.Single(server.Workers), LibcNativeMethods.SIGKILL);
        await server.DeployedAsync("ok", "wasm", Sources.Ok);
        await Patience.UntilAsync(async () => (await server.InvokeAsync("ok")).Status == 200, "a new worker serves", () => server.Errors);
    }

    [Fact]
    public async Task MissingWorker_SaysWhereItLookedAndWhatToDo()
    {
        using var folder = new TemporaryFolder();
        var result = await MiniFaasCommand.RunAsync(
            "--http", "127.0.0.1:0", "--data", folder.Data, "--runtime-dir", folder.Run, "--worker-path", "/nonexistent/worker");
        AssertFails(result, "/nonexistent/worker");
        Assert.Contains("--worker-path", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequiredSandboxThatDoesNotWork_SaysWhatToDo()
    {
        using var folder = new TemporaryFolder();
        using var programs = new BrokenBubblewrap();
        var result = await MiniFaasCommand.RunWithPathAsync(
            programs.Path, "--http", "127.0.0.1:0", "--data", folder.Data, "--runtime-dir", folder.Run, "--require-sandbox");
        AssertFails(result, "cannot be confined");
        Assert.Empty(ProcessTable.Naming(folder.Path));
    }

    [Theory]
    [InlineData("--no-such-option")]
    [InlineData("--workers", "none")]
    [InlineData("--strategy", "BEST")]
    [InlineData("BEST")]
    [InlineData("--weights", "1,2", "--workers", "3")]
    [InlineData("--http", "nowhere")]
    public async Task WrongCommandLine_ExitsWithTwo(params string[] arguments)
    {
        var result = await MiniFaasCommand.RunAsync(arguments);
        Assert.Equal(2, result.ExitCode);
        Assert.Equal("", result.Output);
        Assert.NotEqual("", result.Errors);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }

    private static void AssertFails(CommandResult result, string mentioned)
    {
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("", result.Output);
        // One line says what is wrong, the next what to do; nothing else but what was logged before.
        Assert.Single(result.Errors.Split('\n'), line => line.Contains(mentioned, StringComparison.Ordinal));
        Assert.Matches("minifaas: [^\n]+\n  -> [^\n]+\n$", result.Errors);
        Assert.DoesNotContain("   at ", result.Errors, StringComparison.Ordinal);
    }
}
