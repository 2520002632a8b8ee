using System.Globalization;
using Faas.EndToEnd.Tests.Server;

namespace Faas.NBomber.Tests;

/// <summary>
/// The end of a run in its middle. Like NBomber's own, the stand-in's <c>Run</c> cannot be cancelled, and its threads
/// would keep the process. One of the signals is sent to the script, in whose place the program runs.
/// </summary>
public sealed class SignalTests(BenchCopy bench)
{
    [Theory]
    [InlineData(LibcNativeMethods.SIGTERM)]
    [InlineData(LibcNativeMethods.SIGINT)]
    [InlineData(LibcNativeMethods.SIGKILL)]
    public async Task Signal_InMidRun_LeavesNoProcess(int signal)
    {
        var folder = Path.Combine(bench.Folder, "results", "signal-" + signal.ToString(CultureInfo.InvariantCulture));
        string[] arguments = ["--only", "hello/c16", "--seconds", "600", "--output", folder];
        using var process = signal == LibcNativeMethods.SIGTERM ? bench.StartBench(bench.Config, arguments) : bench.StartProgram(new Dictionary<string, string>(), arguments);
        var output = BenchCopy.ReadAsync(process.StandardOutput);
        var errors = BenchCopy.ReadAsync(process.StandardError);
        IReadOnlyList<ProcessIdentity> started = [];
        try
        {
            await Patience.UntilAsync(
                () => Task.FromResult(process.HasExited || (Directory.Exists(Path.Combine(folder, "nbomber")) && Directory.GetDirectories(Path.Combine(folder, "nbomber")).Length > 0)),
                "a run of NBomber has begun",
                limit: TimeSpan.FromMinutes(5));
            if (process.HasExited)
            {
                var text = await output + await errors;
                Assert.SkipWhen(text.Contains("toolchain_missing", StringComparison.Ordinal), "no C compiler for WebAssembly on this machine");
                Assert.Fail(text);
            }

            started = ProcessTable.DescendantsOf(process.Id);
            Assert.Contains(started, child => ProcessTable.Describe(child).Contains("minifaas", StringComparison.Ordinal));

            Assert.Equal(0, LibcNativeMethods.kill(process.Id, signal));
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
            if (signal != LibcNativeMethods.SIGKILL)
            {
                Assert.Equal(128 + signal, process.ExitCode);
                Assert.Empty(Directory.GetDirectories(bench.Temporary, "faas-load-*"));
            }

            await Patience.UntilAsync(() => !started.Any(ProcessTable.IsAlive), "all that it started has ended", () => string.Join('\n', started.Where(ProcessTable.IsAlive).Select(ProcessTable.Describe)));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            foreach (var left in started.Where(ProcessTable.IsAlive))
            {
                _ = LibcNativeMethods.kill(left.Id, LibcNativeMethods.SIGKILL);
            }

            foreach (var left in Directory.GetDirectories(bench.Temporary, "faas-load-*"))
            {
                Directory.Delete(left, recursive: true); // of the killed one, which could not
            }
        }
    }
}
