using System.Diagnostics;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>A function that misbehaves ends with the status of what it did, and the others go on.</summary>
public sealed class LimitsTests(SharedServer shared)
{
    private MiniFaasServer Server => shared.Server;

    [Fact]
    public async Task InfiniteLoop_TimesOutWhileOthersAreServed()
    {
        await Server.DeployedAsync("ok-limits", "wasm", Sources.Ok);
        await Server.DeployedAsync("loop", "wasm", RepositoryLayout.Module("loop.wat"), "&timeout=200");
        var started = Stopwatch.GetTimestamp();
        var loops = Enumerable.Range(0, 4).Select(_ => Server.InvokeAsync("loop")).ToArray();
        while (!loops.All(loop => loop.IsCompleted))
        {
            (await Server.InvokeAsync("ok-limits")).ShouldSucceed();
        }

        Assert.True(Stopwatch.GetElapsedTime(started) >= TimeSpan.FromMilliseconds(200));
        foreach (var loop in loops)
        {
            (await loop).ShouldFail(504, "timeout");
        }
    }

    [Fact]
    public async Task Sleep_LongerThanTheTimeout_TimesOut()
    {
        await Server.DeployedAsync("sleeper", "c", Sources.Pause, "&timeout=200&env=PAUSE=600000");
        (await Server.InvokeAsync("sleeper")).ShouldFail(504, "timeout");
    }

    [Theory]
    [InlineData("js", "for (;;) {}")]
    [InlineData("python", "while True: pass\n")]
    [InlineData("php", "<?php while (true) {}")]
    public async Task InfiniteLoop_InAnInterpreter_TimesOut(string language, string source)
    {
        await Server.DeployedAsync($"loop-{language}", language, source, "&timeout=1000");
        (await Server.InvokeAsync($"loop-{language}")).ShouldFail(504, "timeout");
    }

    [Fact]
    public async Task MemoryBomb_IsStoppedAtItsLimit()
    {
        await Server.DeployedAsync("bomb", "c", RepositoryLayout.Module("malloc_steps.c"), "&memory=64");
        (await Server.InvokeAsync("bomb")).ShouldFail(500, "memory_limit");
    }

    [Theory]
    [InlineData("stack_overflow.wat")]
    [InlineData("trap_unreachable.wat")]
    [InlineData("trap_divide_by_zero.wat")]
    [InlineData("trap_out_of_bounds.wat")]
    public async Task Trap_IsReported(string module)
    {
        var name = Path.GetFileNameWithoutExtension(module);
        await Server.DeployedAsync(name, "wasm", RepositoryLayout.Module(module));
        (await Server.InvokeAsync(name)).ShouldFail(500, "trap");
    }

    [Fact]
    public async Task RecursionWithoutEnd_InC_IsATrap()
    {
        await Server.DeployedAsync("recursion", "c", RepositoryLayout.Module("recursion.c"));
        (await Server.InvokeAsync("recursion")).ShouldFail(500, "trap");
    }

    [Fact]
    public async Task OutputFlood_IsStoppedAtItsLimit()
    {
        await Server.DeployedAsync("flood", "wasm", RepositoryLayout.Module("flood.wat"));
        (await Server.InvokeAsync("flood")).ShouldFail(500, "output_limit");
    }

    [Fact]
    public async Task ExitCode_ComesWithStandardErrorAndOutput()
    {
        await Server.DeployedAsync("exit7", "c", RepositoryLayout.Module("exit7.c"));
        var answer = (await Server.InvokeAsync("exit7")).ShouldFail(500, "function_failed");
        Assert.Equal(7, answer.Json.GetProperty("exitCode").GetInt32());
        Assert.Equal("to the log\n", answer.Text("stderr"));
        Assert.Equal("before\n", answer.Output);
    }

    [Theory]
    [InlineData("js", "console.error('why'); process.exit(7)")]
    [InlineData("python", "import sys\nprint('why', file=sys.stderr)\nsys.exit(7)\n")]
    [InlineData("php", "<?php fwrite(STDERR, \"why\\n\"); exit(7);")]
    public async Task ExitCode_OfAnInterpreter_ComesWithStandardError(string language, string source)
    {
        await Server.DeployedAsync($"exit7-{language}", language, source);
        var answer = (await Server.InvokeAsync($"exit7-{language}")).ShouldFail(500, "function_failed");
        Assert.Equal(7, answer.Json.GetProperty("exitCode").GetInt32());
        Assert.Contains("why", answer.Text("stderr"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workers_AfterAllThis_AreTheSame()
    {
        // None of the guests above may take its worker with it.
        var before = Server.Workers;
        await Server.DeployedAsync("recursion-wat", "wasm", RepositoryLayout.Module("stack_overflow.wat"));
        await Server.DeployedAsync("bomb-wat", "wasm", RepositoryLayout.Module("grow_bomb.wat"), "&memory=64");
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Server.InvokeAsync(i % 2 == 0 ? "recursion-wat" : "bomb-wat")));
        Assert.Equal(before, Server.Workers);
        Assert.DoesNotContain("crash", Server.Errors, StringComparison.OrdinalIgnoreCase);
    }
}
