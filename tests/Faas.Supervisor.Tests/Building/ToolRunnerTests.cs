using System.Diagnostics;
using Faas.Seccomp;
using Faas.Supervisor.Building;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Tests.Building;

public sealed class ToolRunnerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DataDirectory _data;

    public ToolRunnerTests() => _data = DataDirectory.Create(_folder.Combine("data"));

    public static TheoryData<bool> Sandboxed => [true, false];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Sandboxed))]
    public async Task RunAsync_TimeLimit_EndsTheToolAndItsChildren(bool sandboxed)
    {
        using var runner = await Open(sandboxed);
        // A length of sleep that nobody else has, to find it among all processes.
        var marker = $"{Random.Shared.Next(100_000, 999_999)}.5";
        var result = await runner.RunAsync(Shell($"sleep {marker} & sleep {marker}") with { TimeLimit = TimeSpan.FromMilliseconds(300) }, Token);
        Assert.Equal(ToolEnd.TimedOut, result.End);
        await NoneLeftAsync(marker);
    }

    [Theory]
    [MemberData(nameof(Sandboxed))]
    public async Task RunAsync_AnyTool_HasOpenFilesOfItsOwn(bool sandboxed)
    {
        using var runner = await Open(sandboxed);
        var result = await runner.RunAsync(Shell("ulimit -Sn; ulimit -Hn"), Token);
        Assert.Equal("4096\n4096\n", result.Output);
    }

    [Fact]
    public async Task RunAsync_ProgramThatIsNotThere_IsTheToolsFault()
    {
        using var runner = await Open(sandboxed: false);
        var result = await runner.RunAsync(Shell("") with { Executable = "/nowhere/compiler" }, Token);
        Assert.Equal((ToolEnd.Exited, 127), (result.End, result.ExitCode)); // as a shell says it
    }

    // No room for a descriptor, a process or memory says nothing of the program: the same works a moment later.
    [Theory]
    [InlineData(2, true)]
    [InlineData(8, true)]
    [InlineData(13, true)]
    [InlineData(11, false)]
    [InlineData(12, false)]
    [InlineData(23, false)]
    [InlineData(24, false)]
    public void IsOfTheProgram_ErrorOfStarting_TellsWhoseFaultItIs(int error, bool expected) => Assert.Equal(expected, ToolRunner.IsOfTheProgram(error));

    // Descriptors are few and the garbage collector has no reason to hurry for them.
    [Theory]
    [MemberData(nameof(Sandboxed))]
    public async Task RunAsync_ManyTools_LeavesNoPipeOpen(bool sandboxed)
    {
        using var runner = await Open(sandboxed);
        await runner.RunAsync(Shell("true"), Token);
        var before = Pipes();
        for (var run = 0; run < 20; run++)
        {
            await runner.RunAsync(Shell("echo said; echo wrong >&2"), Token);
        }

        // Other tests of this process have tools of their own running.
        Assert.InRange(Pipes(), 0, before + 20);

        static int Pipes() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(entry => new FileInfo(entry).LinkTarget?.StartsWith("pipe:", StringComparison.Ordinal) == true);
    }

    [Theory]
    [MemberData(nameof(Sandboxed))]
    public async Task RunAsync_ToolIsKilledByAnother_RunsOnceMore(bool sandboxed)
    {
        using var runner = await Open(sandboxed);
        var result = await runner.RunAsync(Shell("if [ -e tried ]; then echo done; else touch tried; kill -KILL $$; fi"), Token);

        Assert.True(result.IsSuccess, result.Output);
        Assert.Equal("done", result.Output.Trim());
    }

    [Theory]
    [MemberData(nameof(Sandboxed))]
    public async Task RunAsync_LeavesAChildBehind_ChildEndsToo(bool sandboxed)
    {
        using var runner = await Open(sandboxed);
        var marker = $"{Random.Shared.Next(100_000, 999_999)}.5";
        var result = await runner.RunAsync(Shell($"sleep {marker} & echo done"), Token);
        Assert.Equal("done", result.Output.Trim());
        Assert.True(result.IsSuccess);
        await NoneLeftAsync(marker);
    }

    [Theory]
    [MemberData(nameof(Sandboxed))]
    public async Task RunAsync_Cancelled_EndsTheTool(bool sandboxed)
    {
        using var runner = await Open(sandboxed);
        var marker = $"{Random.Shared.Next(100_000, 999_999)}.5";
        var command = Shell($"echo started > started; sleep {marker}");
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = runner.RunAsync(command, cancellation.Token);
        using (var watcher = new FileSystemWatcher(command.Folder, "started"))
        {
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            watcher.Created += (_, _) => seen.TrySetResult();
            watcher.EnableRaisingEvents = true;
            if (!File.Exists(Path.Combine(command.Folder, "started")))
            {
                await seen.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
            }
        }

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await NoneLeftAsync(marker);
    }

    [Fact]
    public async Task RunAsync_OwnProcessKilled_EndsTheTool()
    {
        using var probe = await Open(sandboxed: true); // the sandbox is what dies with its parent
        var marker = $"{Random.Shared.Next(100_000, 999_999)}.5";
        using var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
        {
            Environment = { [CrashingChild.Variable] = _data.Root, [CrashingChild.SleepVariable] = marker },
        })!;
        try
        {
            await UntilAsync(() => Running(marker) == 2);
        }
        finally
        {
            child.Kill();
        }

        await NoneLeftAsync(marker);
    }

    [Theory]
    [MemberData(nameof(Sandboxed))]
    public async Task RunAsync_Flood_IsCut(bool sandboxed)
    {
        using var runner = await Open(sandboxed);
        var result = await runner.RunAsync(Shell("head -c 5000000 /dev/zero | tr '\\0' x; exit 3"), Token);
        Assert.Equal(3, result.ExitCode);
        Assert.InRange(result.Output.Length, ToolRunner.MaxOutputBytes, ToolRunner.MaxOutputBytes + 16);
    }

    [Fact]
    public async Task RunAsync_Environment_IsOnlyWhatWasGiven()
    {
        using var runner = await Open(sandboxed: true);
        var result = await runner.RunAsync(Shell("env | cut -d= -f1 | sort | tr '\\n' ' '") with { Environment = new Dictionary<string, string> { ["GIVEN"] = "1" } }, Token);
        Assert.Equal("GIVEN HOME LANG PATH PWD TMPDIR", result.Output.Replace("OLDPWD ", "", StringComparison.Ordinal).Replace("SHLVL ", "", StringComparison.Ordinal).Replace(" _", "", StringComparison.Ordinal).Trim());
    }

    [Theory]
    [InlineData("cat /etc/passwd")]
    [InlineData("touch /usr/written")]
    [InlineData("ls DATA")]
    [InlineData("test $(ls /proc | grep -c '^[0-9]') -gt 6")]
    [InlineData("kill -9 $PPID && test $PPID -gt 1")]
    [InlineData("grep -v -e lo: -e face -e Inter /proc/net/dev | grep .")]
    public async Task RunAsync_ReachesOutOfTheSandbox_Fails(string script)
    {
        using var runner = await Open(sandboxed: true);
        var result = await runner.RunAsync(Shell(script.Replace("DATA", _data.Root, StringComparison.Ordinal)), Token);
        Assert.NotEqual(0, result.ExitCode);
    }

    [Fact]
    public async Task RunAsync_MakesANamespace_IsRefusedByTheFilter()
    {
        Assert.SkipUnless(SeccompFilter.IsAvailable, "this kernel does not filter system calls");
        using var runner = await Open(sandboxed: true);
        var result = await runner.RunAsync(Shell("grep Seccomp: /proc/self/status | tr -d '\\t'; ls -l /proc/self/fd/3; unshare --user true"), Token);
        Assert.StartsWith("Seccomp:2\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("/proc/self/fd/3", result.Output, StringComparison.Ordinal); // ls names what is not there: the file is not passed on
        Assert.Contains("unshare failed: Operation not permitted", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_CacheEmptied_StillWorks()
    {
        using var runner = await Open(sandboxed: true);
        Directory.Delete(_data.Cache, recursive: true);
        Assert.True((await runner.RunAsync(Shell("true"), Token)).IsSuccess);
    }

    [Fact]
    public async Task RunAsync_FileOverTheLimit_Fails()
    {
        using var runner = await Open(sandboxed: true);
        var result = await runner.RunAsync(Shell("head -c 2000000 /dev/zero > big") with { FileBytes = 1_000_000 }, Token);
        Assert.NotEqual(0, result.ExitCode);
    }

    [Fact]
    public async Task RunAsync_NoSuchProgram_IsAValue()
    {
        using var runner = await Open(sandboxed: false);
        var result = await runner.RunAsync(Shell("true") with { Executable = "/nonexistent" }, Token);
        Assert.False(result.IsSuccess);
    }

    // A killed process stays visible until it is reaped; what matters is that it ends without our doing.
    private static Task NoneLeftAsync(string marker) => UntilAsync(() => Running(marker) == 0);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static int Running(string marker) =>
        Process.GetProcessesByName("sleep").Count(process => Arguments(process).Contains(marker, StringComparison.Ordinal));

    private static string Arguments(Process process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    private ToolCommand Shell(string script) =>
        new() { Executable = "/bin/sh", Arguments = ["-c", script], Folder = _data.CreateTemporaryFolder("shell"), TimeLimit = TimeSpan.FromSeconds(30) };

    private async Task<ToolRunner> Open(bool sandboxed)
    {
        var runner = new ToolRunner(_data, sandboxed ? ToolSearch.FromEnvironment() : WithoutBubblewrap(), TimeProvider.System, new RecordingLogger());
        Assert.SkipWhen(sandboxed && !await runner.IsSandboxedAsync(), "no sandbox on this machine: bubblewrap is missing or not allowed");
        Assert.Equal(sandboxed, await runner.IsSandboxedAsync());
        return runner;
    }

    /// <summary>A PATH with everything of the system's except bwrap.</summary>
    private ToolSearch WithoutBubblewrap()
    {
        var programs = Directory.CreateDirectory(_folder.Combine("usr/bin")).FullName;
        foreach (var name in (string[])["prlimit", "setsid", "setpriv"])
        {
            if (ToolSearch.FromEnvironment().Find(name) is { } found)
            {
                File.CreateSymbolicLink(Path.Combine(programs, name), found);
            }
        }

        return new ToolSearch([], _ => null, _folder.Path);
    }
}
