using System.Globalization;
using Faas.Protocol.Contracts;
using Faas.Runtimes.Native;
using Faas.Testing;

namespace Faas.Runtimes.Tests.Native;

/// <summary>Scripts deployed with <c>isolation=process</c>: a process each, started ahead. One row a language.</summary>
[Collection("interpreters")]
public sealed class OneShotTests : IDisposable
{
    private static readonly InvocationLimits s_patient = InvocationLimits.Default with { Timeout = TimeSpan.FromSeconds(60) }; // a guard against hanging
    private static readonly Dictionary<string, string> s_ownProcess = new() { ["isolation"] = "process" };
    private readonly List<GuestFunctions> _backends = [];

    /// <summary>Each with and without a sandbox.</summary>
    public static TheoryData<string, string> Languages { get; } = new()
    {
        { "node", "" }, { "python", "" }, { "php", "" }, { "node", "off" }, { "python", "off" }, { "php", "off" },
    };

    public void Dispose() => _backends.ForEach(functions => functions.Dispose());

    [Theory]
    [MemberData(nameof(Languages))]
    public void Invoke_Twice_IsServedWarmByAnotherProcess(string name, string sandbox)
    {
        var module = Load(name, sandbox, Of(name,
            node: "console.log(require('fs').readlinkSync('/proc/self/ns/pid'), process.pid)",
            python: "import os\nprint(os.readlink('/proc/self/ns/pid'), os.getpid())",
            php: "<?php echo readlink('/proc/self/ns/pid'), ' ', getmypid(), \"\\n\";"));
        var first = Call(module);
        Assert.Equal((InvocationStatus.Ok, StartKind.Cold), (first.Result.Status, first.Result.Start));
        AwaitReplacement(module);
        var second = Call(module);
        Assert.Equal((InvocationStatus.Ok, StartKind.Warm), (second.Result.Status, second.Result.Start));
        Assert.NotEqual(first.Output, second.Output);
        AwaitReplacement(module);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Invoke_ColdAndWarm_GiveArgumentsEnvironmentInputAndExitCode(string name, string sandbox)
    {
        var module = Load(name, sandbox, Of(name,
            node: """
                const input = require('fs').readFileSync(0, 'utf8');
                console.log(process.argv.slice(2).join('|'), JSON.stringify(process.env), input, require.main === module, process.execArgv.length);
                console.error('to the log'); process.exitCode = 7;
                """,
            python: """
                import json, os, sys
                print('|'.join(sys.argv[1:]), json.dumps(dict(os.environ)), sys.stdin.read(), __name__ == '__main__')
                print('to the log', file=sys.stderr)
                sys.exit(7)
                """,
            php: """
                <?php
                echo implode('|', array_slice($argv, 1)), ' ', json_encode(getenv()), ' ', stream_get_contents(STDIN), ' ', count($argv) === $argc;
                fwrite(STDERR, "to the log\n");
                exit(7);
                """));
        var outputs = new HashSet<string>();
        foreach (var start in new[] { StartKind.Cold, StartKind.Warm })
        {
            var invocation = new InMemoryInvocation("the input"u8.ToArray(), ["one", "", "drei é"], ["GREETING=hi", "TZ=Asia/Tokyo"], s_patient);
            var result = module.Invoke(invocation);
            Assert.Equal((InvocationStatus.FunctionFailed, 7, start), (result.Status, result.ExitCode, result.Start));
            Assert.Equal("to the log\n", invocation.ErrorText);
            Assert.StartsWith("one||drei é ", invocation.OutputText, StringComparison.Ordinal);
            Assert.Contains("the input", invocation.OutputText, StringComparison.Ordinal);
            outputs.Add(invocation.OutputText.Replace(" ", "", StringComparison.Ordinal));
            AwaitReplacement(module);
        }

        var output = Assert.Single(outputs); // the same, whether started ahead or not
        Assert.Contains("""{"GREETING":"hi","TZ":"Asia\/Tokyo"}""".Replace("\\/", name == "php" ? "\\/" : "/", StringComparison.Ordinal), output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Invoke_LongInputAndEnvironment_ArriveWhole(string name, string sandbox)
    {
        var module = Load(name, sandbox, Of(name,
            node: "process.stdin.on('data', (d) => process.stdout.write(d)).on('end', () => console.log(process.env.LONG.length))",
            python: "import os, sys\nsys.stdout.write(sys.stdin.read() + str(len(os.environ['LONG'])) + '\\n')",
            php: "<?php echo stream_get_contents(STDIN), strlen(getenv('LONG')), \"\\n\";"));
        for (var i = 0; i < 2; i++)
        {
            var input = new string('i', 300_000); // more than a pipe holds
            var invocation = new InMemoryInvocation(System.Text.Encoding.ASCII.GetBytes(input), environment: ["LONG=" + new string('e', 100_000)], limits: s_patient);
            Assert.Equal(InvocationStatus.Ok, module.Invoke(invocation).Status);
            Assert.Equal(input + "100000\n", invocation.OutputText);
        }
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Invoke_AfterAScriptThatChangedEverything_StartsClean(string name, string sandbox)
    {
        Assert.SkipWhen(sandbox == "off", "without a sandbox /tmp is everyone's");
        var module = Load(name, sandbox, GuestLanguageOf(name).State);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("0 False\n", Call(module).Output);
        }
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Invoke_UncaughtException_ShowsTheScriptAlone(string name, string sandbox)
    {
        var module = Load(name, sandbox, GuestLanguageOf(name).Throw);
        for (var i = 0; i < 2; i++)
        {
            var invocation = new InMemoryInvocation(limits: s_patient);
            Assert.Equal(InvocationStatus.FunctionFailed, module.Invoke(invocation).Status);
            Assert.Contains("boom", invocation.ErrorText, StringComparison.Ordinal);
            Assert.DoesNotContain("once.", invocation.ErrorText, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Invoke_KilledByItsLimits_IsReplaced(string name, string sandbox)
    {
        var language = GuestLanguageOf(name);
        var limits = s_patient with { MemoryBytes = 64 << 20 };
        var waits = Load(name, sandbox, Of(name,
            node: "process.stdin.on('data', (d) => { if (`${d}` === 'loop') for (;;); console.log('hello'); })",
            python: "import sys\nif sys.stdin.read() == 'loop':\n    while True: pass\nprint('hello')",
            php: "<?php if (stream_get_contents(STDIN) === 'loop') { while (true) {} } echo \"hello\\n\";"));
        Call(waits, "x");
        AwaitReplacement(waits);
        var looping = new InMemoryInvocation("loop"u8.ToArray(), limits: limits with { Timeout = TimeSpan.FromMilliseconds(500) });
        Assert.Equal(InvocationStatus.Timeout, waits.Invoke(looping).Status);
        AwaitReplacement(waits);
        var next = Call(waits, "x");
        Assert.Equal((InvocationStatus.Ok, StartKind.Warm, "hello\n"), (next.Result.Status, next.Result.Start, next.Output));

        // What Node's own stream cannot pass on it keeps in memory, as `node FILE` does.
        var flood = Load(name, sandbox, Of(name, "for (;;) require('fs').writeSync(1, 'x'.repeat(65536))", language.Flood, language.Flood), limits);
        Assert.Equal(InvocationStatus.OutputLimit, flood.Invoke(new InMemoryInvocation(limits: limits with { OutputBytes = 1 << 20 })).Status);
        var bomb = Load(name, sandbox, language.MemoryBomb, limits);
        Assert.Equal(InvocationStatus.MemoryLimit, bomb.Invoke(new InMemoryInvocation(limits: limits)).Status);
        Assert.Equal(InvocationStatus.MemoryLimit, bomb.Invoke(new InMemoryInvocation(limits: limits)).Status);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Dispose_OfAFunction_LeavesNoProcess(string name, string sandbox)
    {
        var module = Load(name, sandbox, GuestLanguageOf(name).Hello);
        Call(module);
        AwaitReplacement(module);
        Call(module);
        module.Dispose(); // while the replacement may be starting
        Assert.Empty(Waiting(name));
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Invoke_NoMoreForAWhile_EndsTheWaitingProcess(string name, string sandbox)
    {
        var module = Load(name, sandbox, GuestLanguageOf(name).Hello, settings: new() { ["guest-idle"] = "2" });
        Call(module);
        AwaitWaiting(name, 1);
        AwaitWaiting(name, 0);
        Assert.Equal(StartKind.Cold, Call(module).Result.Start);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Invoke_ManyAtOnce_KeepsMoreWaitingUpToABound(string name, string sandbox)
    {
        var module = Load(name, sandbox, GuestLanguageOf(name).Hello);
        var threads = Enumerable.Range(0, 6).Select(_ => new Thread(() => Call(module))).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        AwaitWaiting(name, 4);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Invoke_MoreFunctionsThanGuests_KeepsNoMoreProcessesThanThese(string name, string sandbox)
    {
        Dictionary<string, string> settings = new() { ["guests"] = "2" };
        var functions = Add(name, sandbox, settings);
        var modules = Enumerable.Range(0, 3).Select(_ => functions.Load(GuestLanguageOf(name).Hello, s_patient, s_ownProcess)).ToArray();
        foreach (var module in modules)
        {
            Call(module);
            AwaitReplacement(module);
        }

        AwaitWaiting(name, 2);
        Assert.Equal(StartKind.Cold, Call(modules[0]).Result.Start); // the one called longest ago made room
    }

    private static string Of(string name, string node, string python, string php) => name switch { "node" => node, "python" => python, _ => php };

    private static GuestLanguage GuestLanguageOf(string name) => name switch
    {
        "node" => GuestLanguage.Node,
        "python" => GuestLanguage.Python,
        _ => GuestLanguage.Php,
    };

    private static (InvocationResult Result, string Output) Call(IRuntimeModule module, string input = "")
    {
        var invocation = new InMemoryInvocation(System.Text.Encoding.UTF8.GetBytes(input), limits: s_patient);
        var result = module.Invoke(invocation);
        Assert.True(result.Status == InvocationStatus.Ok, $"{result} {invocation.ErrorText}");
        return (result, invocation.OutputText);
    }

    /// <summary>Interpreters of the tests' process that have their driver before them, whether they wait or run.</summary>
    private static HashSet<int> Waiting(string name) => ChildProcesses.Of(
        Environment.ProcessId,
        command => command.Contains("once.", StringComparison.Ordinal) && command.Contains("/bin/" + name, StringComparison.Ordinal)
            && !command.Contains("bwrap", StringComparison.Ordinal) && !command.Contains("setpriv", StringComparison.Ordinal)
            && !command.Contains("prlimit", StringComparison.Ordinal));

    /// <summary>One, or more: a call that comes before the process started ahead is ready asks for a further one.</summary>
    /// <remarks>Asks the pool, not the system: a process is there a little before the pool has it.</remarks>
    private static void AwaitReplacement(IRuntimeModule module) =>
        Assert.True(SpinWait.SpinUntil(() => ((InterpreterModule)module).OneShots.Guests > 0, s_patient.Timeout), "nothing was started ahead");

    private static void AwaitWaiting(string name, int count) =>
        Assert.True(
            SpinWait.SpinUntil(() => Waiting(name).Count == count, s_patient.Timeout),
            string.Create(CultureInfo.InvariantCulture, $"{Waiting(name).Count} processes wait instead of {count}"));

    private GuestFunctions Add(string name, string sandbox, Dictionary<string, string>? settings)
    {
        Assert.SkipUnless(sandbox == "off" || Confinement.Works, "needs a working bubblewrap");
        var functions = new GuestFunctions(
            GuestLanguageOf(name), sandbox == "off" ? new(settings ?? []) { ["sandbox"] = "off" } : settings);
        _backends.Add(functions);
        return functions;
    }

    private IRuntimeModule Load(
        string name, string sandbox, string source, InvocationLimits? limits = null, Dictionary<string, string>? settings = null) =>
        Add(name, sandbox, settings).Load(source, limits ?? s_patient, s_ownProcess);
}
