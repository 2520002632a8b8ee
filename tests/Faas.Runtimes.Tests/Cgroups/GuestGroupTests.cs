using System.Globalization;
using Faas.Cgroups;
using Faas.Protocol.Contracts;
using Faas.Runtimes.Tests.Native;
using Faas.Testing;

namespace Faas.Runtimes.Tests.Cgroups;

/// <summary>What resource limits cannot do, since they count for each process by itself.</summary>
[Collection("interpreters")]
public sealed class GuestGroupTests : IDisposable
{
    private const string Fat = "12 processes that hold 90 MiB each";

    private static readonly InvocationLimits s_limits = InvocationLimits.Default with { Timeout = TimeSpan.FromSeconds(60), MemoryBytes = 128 << 20 };
    private static readonly Dictionary<string, string> s_ownProcess = new() { ["isolation"] = "process" };
    private readonly List<GuestFunctions> _backends = [];

    public void Dispose() => _backends.ForEach(functions => functions.Dispose());

    [Theory]
    [InlineData("node", true)]
    [InlineData("node", false)]
    [InlineData("python", true)]
    public void Invoke_ManyProcessesWithLittleMemoryEach_EndsTheWholeGuest(string name, bool ownProcess)
    {
        var functions = Add(name);
        var bomb = functions.Load(Of(name, Fat), s_limits, ownProcess ? s_ownProcess : null);
        var hello = functions.Load(GuestLanguageOf(name).Hello, s_limits, ownProcess ? s_ownProcess : null);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(InvocationStatus.MemoryLimit, bomb.Invoke(new InMemoryInvocation(limits: s_limits)).Status);
            Assert.Equal(InvocationStatus.Ok, hello.Invoke(new InMemoryInvocation(limits: s_limits)).Status);
        }
    }

    [Fact]
    public void Invoke_ManyProcessesBelowAZygote_AreBoundedAndItGoesOn()
    {
        var functions = Add("python");
        var bomb = functions.Load(Of("python", Fat), s_limits);
        var hello = functions.Load(GuestLanguage.Python.Hello, s_limits);
        for (var i = 0; i < 2; i++)
        {
            // The kernel ends the largest process: one of the many, of which the script hears, or the script itself.
            var invocation = new InMemoryInvocation(limits: s_limits);
            var result = bomb.Invoke(invocation);
            Assert.True(result.Status == InvocationStatus.MemoryLimit || invocation.OutputText.Contains("-9", StringComparison.Ordinal), $"{result} {invocation.OutputText} {invocation.ErrorText}");
            Assert.Equal(InvocationStatus.Ok, hello.Invoke(new InMemoryInvocation(limits: s_limits)).Status);
        }
    }

    [Fact]
    public void Invoke_ForkBombWithoutASandbox_IsBounded()
    {
        var functions = Add("python", new() { ["sandbox"] = "off" });
        var bomb = functions.Load(
            """
            import subprocess
            started = []
            try:
                for i in range(500):
                    started.append(subprocess.Popen(['/bin/sleep', '30']))
            except OSError:
                pass
            print(len(started))
            """, s_limits, s_ownProcess);
        var invocation = new InMemoryInvocation(limits: s_limits);
        Assert.Equal(InvocationStatus.Ok, bomb.Invoke(invocation).Status);
        Assert.InRange(int.Parse(invocation.OutputText, CultureInfo.InvariantCulture), 10, 80);
    }

    [Fact]
    public void Invoke_DaemonInASessionOfItsOwnWithoutASandbox_IsGoneAfterTheCall()
    {
        var functions = Add("python", new() { ["sandbox"] = "off" });
        var daemon = functions.Load(
            "import subprocess\nprint(subprocess.Popen(['/bin/sleep', '30'], start_new_session=True).pid)", s_limits, s_ownProcess);
        var invocation = new InMemoryInvocation(limits: s_limits);
        Assert.Equal(InvocationStatus.Ok, daemon.Invoke(invocation).Status);
        var process = "/proc/" + invocation.OutputText.Trim();
        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists(process) || File.ReadAllText(process + "/stat").Contains(") Z ", StringComparison.Ordinal), s_limits.Timeout), "it still runs");
    }

    [Theory]
    [InlineData("node")]
    [InlineData("python")]
    [InlineData("php")]
    public void Dispose_AfterCalls_LeavesNoGroup(string name)
    {
        var functions = Add(name);
        Assert.Equal(InvocationStatus.Ok, functions.Load(GuestLanguageOf(name).Hello, s_limits).Invoke(new InMemoryInvocation(limits: s_limits)).Status);
        Assert.Equal(InvocationStatus.Ok, functions.Load(GuestLanguageOf(name).Hello, s_limits, s_ownProcess).Invoke(new InMemoryInvocation(limits: s_limits)).Status);
        Assert.NotEmpty(Own());
        functions.Dispose();
        _backends.Clear();

        // A group whose processes are still being taken apart is removed with the next one that is made.
        Assert.True(
            SpinWait.SpinUntil(
                () =>
                {
                    Cgroup.TryCreate(DelegatedCgroup.Groups, 0, 0, endsTogether: false)?.Dispose();
                    return Own().Length == 0;
                },
                s_limits.Timeout),
            string.Join(' ', Own()));

        static string[] Own() => Directory.GetDirectories(DelegatedCgroup.Groups, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "-*");
    }

    private static string Of(string name, string what) => (name, what) switch
    {
        ("node", Fat) => """
            const { spawn } = require('child_process');
            const ends = [];
            for (let i = 0; i < 12; i++) {
              spawn(process.execPath, ['-e', 'const b = Buffer.alloc(90 << 20, 1); setTimeout(() => b, 20000)']).on('exit', (code, signal) => {
                ends.push(signal);
                if (ends.length === 12) console.log(ends.join());
              });
            }
            """,
        _ => """
            import subprocess, sys
            fat = 'import time\nx = bytearray(90 << 20)\nfor i in range(0, len(x), 4096): x[i] = 1\ntime.sleep(8)'
            started = [subprocess.Popen([sys.executable, '-c', fat]) for _ in range(12)]
            print([p.wait() for p in started])
            """,
    };

    private static GuestLanguage GuestLanguageOf(string name) => name switch
    {
        "node" => GuestLanguage.Node,
        "python" => GuestLanguage.Python,
        _ => GuestLanguage.Php,
    };

    private GuestFunctions Add(string name, Dictionary<string, string>? settings = null)
    {
        Dictionary<string, string> all = new(settings ?? []) { ["cgroups"] = DelegatedCgroup.Groups };
        Assert.SkipUnless(all.ContainsKey("sandbox") || Confinement.Works, "needs a working bubblewrap");
        var functions = new GuestFunctions(GuestLanguageOf(name), all);
        _backends.Add(functions);
        return functions;
    }
}
