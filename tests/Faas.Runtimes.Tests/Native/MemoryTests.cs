using Faas.Protocol.Contracts;
using Faas.Testing;

namespace Faas.Runtimes.Tests.Native;

/// <summary>What counts as a function's memory where there are no cgroups: all of it, of all its processes.</summary>
[Collection("interpreters")]
public sealed class MemoryTests : IDisposable
{
    private const string Many = "many processes with less than the limit each";
    private const string Files = "a million empty files";
    private const string Shared = "shared memory that no process has in its table of pages";

    private static readonly InvocationLimits s_limits = InvocationLimits.Default with { Timeout = TimeSpan.FromSeconds(60), MemoryBytes = 128 << 20 };
    private readonly List<GuestFunctions> _backends = [];

    public void Dispose() => _backends.ForEach(functions => functions.Dispose());

    [Theory]
    [InlineData("python", Many, "shared")]
    [InlineData("python", Many, "process")]
    [InlineData("php", Many, "shared")]
    [InlineData("php", Many, "process")]
    [InlineData("node", Many, "shared")]
    [InlineData("node", Many, "process")]
    [InlineData("node", Files, "shared")]
    [InlineData("python", Shared, "shared")]
    [InlineData("python", Shared, "process")]
    public void Invoke_MoreThanItsLimitInAllItsProcesses_EndsAndTheNextIsServed(string language, string what, string isolation)
    {
        Assert.SkipUnless(Confinement.Works, "needs a working bubblewrap");
        var functions = Add(language);
        var options = new Dictionary<string, string> { ["isolation"] = isolation };
        var bomb = functions.Load(Of(language, what), s_limits, options);
        var hello = functions.Load(GuestLanguageOf(language).Hello, s_limits, options);
        var invocation = new InMemoryInvocation(limits: s_limits);
        var result = bomb.Invoke(invocation);
        Assert.True(result.Status == InvocationStatus.MemoryLimit, $"{result} {invocation.OutputText} {invocation.ErrorText}");
        Assert.Equal(InvocationStatus.Ok, hello.Invoke(new InMemoryInvocation(limits: s_limits)).Status);
    }

    /// <summary>Between its calls as well: nobody waits for an answer that would say so.</summary>
    [Fact]
    public void Invoke_HandlerGrowsAfterItsCall_IsReplaced()
    {
        Assert.SkipUnless(Confinement.Works, "needs a working bubblewrap");
        var functions = Add("python");
        var module = functions.Load(
            """
            import os, subprocess, sys, threading
            calls = []
            fat = 'import time\nx = bytearray(90 << 20)\nfor i in range(0, len(x), 4096): x[i] = 1\ntime.sleep(60)'
            def grow():
                for _ in range(12): subprocess.Popen([sys.executable, '-c', fat])
            def handler(event, context):
                calls.append(1)
                if event == 'grow': threading.Timer(0.2, grow).start()
                return str(len(calls))
            """,
            s_limits);
        Assert.Equal("1", Call("grow"));
        Assert.True(SpinWait.SpinUntil(() => { Thread.Sleep(50); return Call("look") == "1"; }, s_limits.Timeout), "it still runs");

        string Call(string input)
        {
            var invocation = new InMemoryInvocation(System.Text.Encoding.UTF8.GetBytes(input), limits: s_limits);
            module.Invoke(invocation);
            return invocation.OutputText;
        }
    }

    /// <summary>Three quarters of the limit, shared by processes that each have it in their tables.</summary>
    [Fact]
    public void Invoke_PagesThatAreShared_CountOnce()
    {
        Assert.SkipUnless(Confinement.Works, "needs a working bubblewrap");
        var module = Add("python").Load(
            """
            import os, time
            x = bytearray(96 << 20)
            for i in range(0, len(x), 4096): x[i] = 1
            started = []
            for _ in range(6):
                pid = os.fork()
                if pid == 0:
                    time.sleep(4)
                    os._exit(len(x) & 1)
                started.append(pid)
            print([os.waitpid(pid, 0)[1] for pid in started])
            """,
            s_limits);
        var invocation = new InMemoryInvocation(limits: s_limits);
        var result = module.Invoke(invocation);
        Assert.True(result.Status == InvocationStatus.Ok && invocation.OutputText == "[0, 0, 0, 0, 0, 0]\n", $"{result} {invocation.OutputText} {invocation.ErrorText}");
    }

    private static GuestLanguage GuestLanguageOf(string name) => name switch
    {
        "node" => GuestLanguage.Node,
        "python" => GuestLanguage.Python,
        _ => GuestLanguage.Php,
    };

    private static string Of(string language, string what) => (language, what) switch
    {
        ("node", Files) => """
            const fs = require('fs');
            try { for (let i = 0; i < 1000000; i++) fs.closeSync(fs.openSync('/tmp/' + i, 'w')); } catch (e) { console.log(e.code); }
            console.log('made them');
            """,
        ("node", _) => """
            const { spawn } = require('child_process');
            const ends = [];
            for (let i = 0; i < 4; i++) { // each has 11 threads, of 64
              spawn(process.execPath, ['-e', 'const b = Buffer.alloc(250 << 20, 1); setTimeout(() => b, 20000)']).on('exit', (code, signal) => {
                ends.push(signal);
                if (ends.length === 4) console.log(ends.join());
              });
            }
            """,
        ("php", _) => """
            <?php
            for ($i = 0; $i < 12; $i++) {
                if (pcntl_fork() === 0) { $x = str_repeat('x', 90 << 20); sleep(20); posix_kill(getmypid(), 9); }
            }
            while (pcntl_wait($status) > 0) { echo $status, ' '; }
            """,
        (_, Shared) => """
            import mmap, os, time
            # Of each process a part within its own limit; madvise takes it out of its table and frees nothing.
            for _ in range(8):
                if os.fork() == 0:
                    m = mmap.mmap(-1, 60 << 20)
                    for i in range(0, len(m), 4096): m[i] = 1
                    m.madvise(mmap.MADV_DONTNEED)
                    time.sleep(20)
                    os._exit(0)
            time.sleep(20)
            print('held all of it')
            """,
        _ => """
            import subprocess, sys
            fat = 'import time\nx = bytearray(90 << 20)\nfor i in range(0, len(x), 4096): x[i] = 1\ntime.sleep(20)'
            started = [subprocess.Popen([sys.executable, '-c', fat]) for _ in range(12)]
            print([p.wait() for p in started])
            """,
    };

    private GuestFunctions Add(string language)
    {
        var functions = new GuestFunctions(GuestLanguageOf(language));
        _backends.Add(functions);
        return functions;
    }
}
