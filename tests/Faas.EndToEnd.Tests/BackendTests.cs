using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>
/// Two engines in one pool. The second is whatever library with the wasm C API there is: the bundled one implements it too.
/// </summary>
public sealed class BackendTests
{
    private const string Hello = """
        #include <stdio.h>
        int main(void) { puts("hello"); }
        """;

    private const string Loop = """
        #include <stdio.h>
        static volatile int x;
        int main(void) { puts("looping"); fflush(stdout); for (;;) x++; }
        """;

    private static string Library => Path.Combine(Path.GetDirectoryName(RepositoryLayout.MiniFaas)!, "libwasmtime.so");

    [Fact]
    public async Task MixedPool_FunctionWithAWish_RunsOnThatEngineOnly()
    {
        await using var server = await StartAsync("--workers", "3", "--backend", "wasmtime=2,wasmer=1");
        await server.DeployedAsync("there", "c", Hello, "&backend=wasmer");
        await server.DeployedAsync("here", "c", Hello, "&backend=wasmtime");
        await server.DeployedAsync("anywhere", "c", Hello);
        var anywhere = new HashSet<int>();
        for (var i = 0; i < 6; i++)
        {
            Assert.Equal(2, (await server.InvokeAsync("there")).ShouldSucceed().Worker);
            Assert.InRange((await server.InvokeAsync("here")).ShouldSucceed().Worker, 0, 1);
            var answer = (await server.InvokeAsync("anywhere")).ShouldSucceed();
            Assert.Equal("hello\n", answer.Output);
            anywhere.Add(answer.Worker);
        }

        Assert.Contains(2, anywhere);
        Assert.True(anywhere.Count > 1);
    }

    [Fact]
    public async Task EngineWithoutInterruption_GuestThatComputes_TimesOutAndItsWorkerIsReplaced()
    {
        await using var server = await StartAsync("--workers", "1", "--backend", "wasmer");
        await server.DeployedAsync("hello", "c", Hello);
        await server.DeployedAsync("loop", "c", Loop, "&timeout=200");
        var before = Assert.Single(server.Workers);
        for (var i = 0; i < 3; i++)
        {
            var answer = (await server.InvokeAsync("loop")).ShouldFail(504, "timeout");
            Assert.Equal("looping\n", answer.Output);
        }

        await Patience.UntilAsync(async () => (await server.InvokeAsync("hello")).Status == 200, "a new worker serves", () => server.Errors);
        Assert.NotEqual(before, Assert.Single(server.Workers));
    }

    [Fact]
    public async Task SecondEngine_MemoryBomb_IsStoppedAtItsLimit()
    {
        await using var server = await StartAsync("--workers", "1", "--backend", "wasmer");
        await server.DeployedAsync("bomb", "c", RepositoryLayout.Module("malloc_steps.c"), "&memory=64");
        (await server.InvokeAsync("bomb")).ShouldFail(500, "memory_limit");
        await server.DeployedAsync("text", "wasm", Sources.Ok);
        Assert.Equal(200, (await server.InvokeAsync("text")).Status);
    }

    [Fact]
    public async Task MissingLibrary_TheStartFailsAndSaysWhereItLooked()
    {
        using var folder = new TemporaryFolder();
        var result = await MiniFaasCommand.RunAsync(
            "--http", "127.0.0.1:0", "--data", folder.Data, "--runtime-dir", folder.Run, "--workers", "1", "--backend", "wasmer", "--wasm-c-api-lib", "/nowhere/libwasmer.so");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("/nowhere/libwasmer.so", result.Errors, StringComparison.Ordinal);
        Assert.Contains("INSTALL_WASMER.md", result.Errors, StringComparison.Ordinal);
    }

    private static Task<MiniFaasServer> StartAsync(params string[] arguments)
    {
        Assert.SkipUnless(File.Exists(Library), "the bundled library is not beside the program");
        return MiniFaasServer.StartAsync([.. arguments, "--wasm-c-api-lib", Library]);
    }
}
