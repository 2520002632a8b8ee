using System.Diagnostics;
using System.Text;
using Faas.Protocol.Contracts;
using Faas.Testing;

namespace Faas.Runtimes.Tests.Native;

/// <summary>What every interpreted language must do. One subclass a language; its interpreter missing skips it by name.</summary>
public abstract class InterpreterTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60); // a guard against hanging, never an expectation
    private readonly string _folder = Directory.CreateTempSubdirectory("faas-native-").FullName;
    private readonly GuestLanguage _language;
    private IRuntimeBackend? _backend;
    private int _functions;

    protected InterpreterTests(GuestLanguage language) => _language = language;

    /// <summary>Settings of the backend under test.</summary>
    protected virtual Dictionary<string, string> Settings => [];

    private protected static InvocationLimits Patient { get; } = InvocationLimits.Default with { Timeout = s_patience };

    public void Dispose()
    {
        _backend?.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Invoke_Hello_PrintsIt() => Assert.Equal("hello\n", Run(_language.Hello).OutputText);

    [Fact]
    public void Invoke_Script_ReadsItsInput()
    {
        var input = new byte[300_000]; // more than a pipe holds
        Array.Fill(input, (byte)'i');
        var invocation = new InMemoryInvocation(input, limits: Patient);
        Assert.Equal(InvocationStatus.Ok, Load(_language.Echo).Invoke(invocation).Status);
        Assert.True(invocation.Output.SequenceEqual(input));
    }

    [Fact]
    public void Invoke_Script_SeesItsArguments()
    {
        var invocation = new InMemoryInvocation(arguments: ["one", "", "drei é"], limits: Patient);
        Load(_language.Arguments).Invoke(invocation);
        Assert.Equal("one||drei é\n", invocation.OutputText);
    }

    [Fact]
    public void Invoke_Script_SeesItsEnvironmentAndNothingElse()
    {
        var invocation = new InMemoryInvocation(environment: ["FAAS_FUNCTION=f", "GREETING=hé=llo"], limits: Patient);
        Load(_language.Environment).Invoke(invocation);
        Assert.Equal("FAAS_FUNCTION=f\nGREETING=hé=llo\n", invocation.OutputText);
    }

    [Fact]
    public void Invoke_ExitCode_IsCarried()
    {
        var module = Load(_language.ExitSeven);
        var invocation = new InMemoryInvocation(limits: Patient);
        var result = module.Invoke(invocation);
        Assert.Equal((InvocationStatus.FunctionFailed, 7), (result.Status, result.ExitCode));
        Assert.StartsWith("out", invocation.OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public void Invoke_UncaughtException_FailsAndIsLogged()
    {
        var invocation = new InMemoryInvocation(limits: Patient);
        Assert.Equal(InvocationStatus.FunctionFailed, Load(_language.Throw).Invoke(invocation).Status);
        Assert.Contains("boom", invocation.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void Invoke_Crash_IsATrapAndTheNextIsServed()
    {
        var crashing = Load(_language.Crash);
        Assert.Equal(InvocationStatus.Trap, crashing.Invoke(new InMemoryInvocation(limits: Patient)).Status);
        Assert.Equal("hello\n", Run(_language.Hello).OutputText);
    }

    [Fact]
    public void Invoke_Loop_TimesOutAndTheNextIsServed()
    {
        var module = Load(_language.Loop);
        var invocation = new InMemoryInvocation(limits: InvocationLimits.Default with { Timeout = TimeSpan.FromMilliseconds(300) });
        Assert.Equal(InvocationStatus.Timeout, module.Invoke(invocation).Status);
        Assert.Equal("hello\n", Run(_language.Hello).OutputText);
    }

    [Fact]
    public void Invoke_Cancelled_Ends()
    {
        InMemoryInvocation? invocation = null;
        invocation = new InMemoryInvocation(limits: Patient) { OnOutput = () => ThreadPool.QueueUserWorkItem(_ => invocation!.Cancel()) };
        var source = _language.Name == "python" ? _language.Loop : _language.Loop.Replace("'on'", "'on\\n'", StringComparison.Ordinal);
        Assert.Equal(InvocationStatus.Cancelled, Load(source).Invoke(invocation).Status);
    }

    [Fact]
    public void Invoke_Flood_ReachesTheOutputLimit()
    {
        var invocation = new InMemoryInvocation(limits: Patient with { OutputBytes = 1 << 20 });
        Assert.Equal(InvocationStatus.OutputLimit, Load(_language.Flood).Invoke(invocation).Status);
        Assert.Equal(1 << 20, invocation.Output.Length);
    }

    [Fact]
    public void Invoke_MemoryBomb_ReachesTheMemoryLimit()
    {
        var limits = Patient with { MemoryBytes = 64 << 20 };
        var module = Load(_language.MemoryBomb, limits);
        Assert.Equal(InvocationStatus.MemoryLimit, module.Invoke(new InMemoryInvocation(limits: limits)).Status);
    }

    [Fact]
    public void Invoke_ScriptTwice_StartsCleanEachTime()
    {
        SkipUnlessConfined();
        var module = Load(_language.State);
        for (var i = 0; i < 3; i++)
        {
            var invocation = new InMemoryInvocation(limits: Patient);
            module.Invoke(invocation);
            Assert.Equal("0 False\n", invocation.OutputText);
        }
    }

    [Fact]
    public void Invoke_ScriptTwice_StartsInAnEmptyFolderEachTime()
    {
        var module = Load(_language.WorkFolder);
        for (var i = 0; i < 3; i++)
        {
            var invocation = new InMemoryInvocation(limits: Patient);
            module.Invoke(invocation);
            Assert.Equal("False\n", invocation.OutputText);
        }
    }

    [Theory]
    [InlineData("shared")]
    [InlineData("process")]
    public void Invoke_Archive_FindsItsOtherFiles(string isolation)
    {
        var folder = Path.Combine(_folder, "archive");
        var other = Path.Combine(folder, "files", _language.Archive.OtherName);
        Directory.CreateDirectory(Path.GetDirectoryName(other)!);
        File.WriteAllText(other, _language.Archive.Other);
        var module = Load(_language.Archive.Source, options: new() { ["entry"] = _language.Archive.Entry, ["isolation"] = isolation }, folder: folder);
        for (var i = 0; i < 2; i++)
        {
            var invocation = new InMemoryInvocation(limits: Patient);
            module.Invoke(invocation);
            Assert.True(invocation.OutputText == "hello\n", invocation.OutputText + invocation.ErrorText);
        }

        module.Dispose();
        Assert.Equal("hello\n", Run(_language.Hello).OutputText);
    }

    [Fact]
    public void Load_SandboxRequiredAndMissing_Refuses()
    {
        Assert.SkipWhen(Settings.Count > 0, "has settings of its own");
        using var backend = BackendCatalog.Create(_language.Name, new BackendOptions
        {
            ScratchDirectory = _folder,
            Settings = new Dictionary<string, string> { ["bwrap"] = "/bin/false", ["require-sandbox"] = "true" },
        });
        var exception = Assert.Throws<ModuleLoadException>(() => backend.Load(Describe(_language.Hello, Patient, [])));
        Assert.Equal(InvocationStatus.RuntimeMissing, exception.Status);
    }

    [Fact]
    public void Invoke_Daemon_IsGoneWithTheBackend()
    {
        SkipUnlessConfined();
        var module = Load(_language.Daemon);
        var invocation = new InMemoryInvocation(limits: Patient);
        module.Invoke(invocation);
        Assert.StartsWith("left", invocation.OutputText, StringComparison.Ordinal);
        Assert.Equal("hello\n", Run(_language.Hello).OutputText);
        module.Dispose();
        _backend!.Dispose();
        _backend = null;
        Assert.Empty(Descendants());
    }

    [Fact]
    public void Invoke_ForbiddenDeeds_Fail()
    {
        SkipUnlessConfined();
        foreach (var source in new[] { _language.ReadShadow, _language.WriteOutside, _language.OpenSocket })
        {
            var invocation = new InMemoryInvocation(limits: Patient);
            Assert.Equal(InvocationStatus.FunctionFailed, Load(source).Invoke(invocation).Status);
            Assert.DoesNotContain("root:", invocation.OutputText, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Invoke_Handler_KeepsItsModuleLoaded()
    {
        var module = Load(_language.Handler);
        foreach (var n in new[] { 1, 2, 3 })
        {
            var invocation = new InMemoryInvocation("{\"a\":[1]}"u8.ToArray(), limits: Patient);
            Assert.Equal(InvocationStatus.Ok, module.Invoke(invocation).Status);
            Assert.Equal($$$"""{"n":{{{n}}},"event":{"a":[1]}}""", invocation.OutputText);
        }
    }

    [Fact]
    public void Invoke_MoreHandlersThanGuests_EndsTheOneCalledLongestAgo()
    {
        _backend = BackendCatalog.Create(
            _language.Name,
            new BackendOptions { ScratchDirectory = Path.Combine(_folder, "scratch"), Settings = new Dictionary<string, string>(Settings) { ["guests"] = "2" } });
        var modules = Enumerable.Range(0, 3).Select(_ => Load(_language.Handler)).ToArray();
        var answers = new[] { 0, 1, 2, 0, 2 }.Select(i =>
        {
            var invocation = new InMemoryInvocation("1"u8.ToArray(), limits: Patient);
            modules[i].Invoke(invocation);
            return invocation.OutputText;
        });
        Assert.Equal(new[] { 1, 1, 1, 1, 2 }.Select(n => $$$"""{"n":{{{n}}},"event":1}"""), answers);
    }

    [Fact]
    public void Invoke_HandlerForARequest_AnswersWithAHeader()
    {
        var invocation = new InMemoryInvocation("text"u8.ToArray(), environment: ["REQUEST_METHOD=POST"], limits: Patient);
        Load(_language.Handler).Invoke(invocation);
        Assert.Equal("Status: 200\r\nContent-Type: application/json\r\n\r\n{\"n\":1,\"event\":\"text\"}", invocation.OutputText);
    }

    [Fact]
    public void Invoke_FailingHandler_FailsAndIsLogged()
    {
        var invocation = new InMemoryInvocation(limits: Patient);
        Assert.Equal(InvocationStatus.FunctionFailed, Load(_language.FailingHandler).Invoke(invocation).Status);
        Assert.Contains("boom", invocation.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void Invoke_FromManyThreads_EachGetsItsOwnAnswer()
    {
        var script = Load(_language.Echo);
        var wrong = 0;
        var threads = Enumerable.Range(0, 4).Select(t => new Thread(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                var input = Encoding.ASCII.GetBytes($"{t}-{i}");
                var invocation = new InMemoryInvocation(input, limits: Patient);
                if (script.Invoke(invocation).Status != InvocationStatus.Ok || !invocation.Output.SequenceEqual(input))
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        })).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void Invoke_IsolationProcess_RunsTheScript()
    {
        var invocation = new InMemoryInvocation(limits: Patient);
        Load(_language.Hello, options: new() { ["isolation"] = "process" }).Invoke(invocation);
        Assert.Equal("hello\n", invocation.OutputText);
    }

    [Fact]
    public void Load_MissingInterpreter_SaysSo()
    {
        using var backend = BackendCatalog.Create(_language.Name, new BackendOptions
        {
            ScratchDirectory = _folder,
            Settings = new Dictionary<string, string> { [_language.Name] = Path.Combine(_folder, "nothing") },
        });
        var exception = Assert.Throws<ModuleLoadException>(() => backend.Load(Describe(_language.Hello, Patient, [])));
        Assert.Equal(InvocationStatus.RuntimeMissing, exception.Status);
    }

    [Fact]
    public void Dispose_AfterUse_LeavesNoProcess()
    {
        Assert.Equal("hello\n", Run(_language.Hello).OutputText);
        Load(_language.Handler).Invoke(new InMemoryInvocation(limits: Patient));
        _backend!.Dispose();
        _backend = null;
        Assert.Empty(Descendants());
    }

    private static bool HasBubblewrap => Confinement.Works;

    private void SkipUnlessConfined() =>
        Assert.SkipUnless(HasBubblewrap && !Settings.ContainsKey("sandbox"), "needs a working bubblewrap: without it these are not prevented");

    private protected InMemoryInvocation Run(string source)
    {
        var invocation = new InMemoryInvocation(limits: Patient);
        var result = Load(source).Invoke(invocation);
        Assert.True(result.Status == InvocationStatus.Ok, $"{result} {invocation.ErrorText}");
        return invocation;
    }

    private protected IRuntimeModule Load(string source, InvocationLimits? limits = null, Dictionary<string, string>? options = null, string? folder = null)
    {
        _backend ??= BackendCatalog.Create(
            _language.Name, new BackendOptions { ScratchDirectory = Path.Combine(_folder, "scratch"), Settings = Settings });
        try
        {
            return _backend.Load(Describe(source, limits ?? Patient, options ?? [], folder));
        }
        catch (ModuleLoadException e) when (e.Status == InvocationStatus.RuntimeMissing)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }

    private ModuleDescriptor Describe(string source, InvocationLimits limits, Dictionary<string, string> options, string? folder = null)
    {
        var id = $"f_{++_functions}";
        var path = Path.Combine(folder ?? _folder, id + _language.Extension);
        File.WriteAllText(path, source);
        return new ModuleDescriptor(id, _language.Kind, path, limits, options);
    }

    /// <summary>Sandboxes this test process has started for the language; with a sandbox goes everything in it.</summary>
    private string[] Descendants()
    {
        var parents = new Dictionary<int, (int Parent, string Command)>();
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            try
            {
                if (int.TryParse(Path.GetFileName(folder), out var pid))
                {
                    var stat = File.ReadAllText(folder + "/stat");
                    var close = stat.LastIndexOf(')');
                    parents[pid] = (int.Parse(stat[(close + 2)..].Split(' ')[1], provider: null), File.ReadAllText(folder + "/cmdline"));
                }
            }
            catch (IOException)
            {
                // ended meanwhile, which is no concern of ours
            }
        }

        return [.. parents.Values
            .Where(p => p.Parent == Environment.ProcessId && p.Command.Contains("/bin/" + _language.Name, StringComparison.Ordinal))
            .Select(p => p.Command)];
    }
}
