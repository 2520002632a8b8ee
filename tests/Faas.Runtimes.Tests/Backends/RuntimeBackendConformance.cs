using System.Diagnostics;
using System.Globalization;
using System.Text;
using Faas.Protocol.Contracts;
using Faas.Testing;

namespace Faas.Runtimes.Tests.Backends;

/// <summary>
/// What every WASM engine must do. A backend adds one subclass with a factory; a case outside its capabilities is
/// skipped with the reason.
/// </summary>
[Collection(EngineCollection.Name)]
public abstract class RuntimeBackendConformance : IDisposable
{
    private static readonly InvocationLimits s_limits = new(TimeSpan.FromSeconds(20), 64L << 20, 4L << 20);

    private readonly List<string> _files = [];
    private readonly List<IRuntimeModule> _modules = [];
    private readonly Lazy<IRuntimeBackend> _backend;

    protected RuntimeBackendConformance() => _backend = new Lazy<IRuntimeBackend>(() => CreateBackend(new BackendOptions { Slots = 8 }));

    protected IRuntimeBackend Backend => _backend.Value;

    protected abstract IRuntimeBackend CreateBackend(BackendOptions options);

    /// <summary>Null, or why this engine cannot run here.</summary>
    protected virtual string? MissingEngine => null;

    public void Dispose()
    {
        _modules.ForEach(static m => m.Dispose());
        if (_backend.IsValueCreated)
        {
            _backend.Value.Dispose();
        }

        _files.ForEach(File.Delete);
        GC.SuppressFinalize(this);
    }

    // ---- input, output, arguments, exit codes

    [Fact]
    public void Invoke_HelloInC_WritesTheLine()
    {
        var (result, invocation) = Run(C("hello"));

        Assert.Equal(InvocationStatus.Ok, result.Status);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("Hello from FAAS!\n", invocation.OutputText);
        Assert.Equal(2 * 65536, result.PeakMemoryBytes);
    }

    [Fact]
    public void Invoke_ArgumentsAndEnvironment_AreSeen()
    {
        var (result, invocation) = Run(
            C("args"), new InMemoryInvocation(arguments: ["one", "", "drei äöü"], environment: ["A=B", "GREETING=salut"]));

        Assert.Equal(InvocationStatus.Ok, result.Status);
        Assert.Equal("[one][][drei äöü]salut\n", invocation.OutputText);
    }

    [Fact]
    public void Invoke_NoArguments_NothingOfTheHostIsSeen()
    {
        var (_, invocation) = Run(C("args"));

        Assert.Equal("(none)\n", invocation.OutputText);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65535)]
    [InlineData(65537)]
    [InlineData(1 << 20)]
    public void Invoke_Echo_OutputIsTheInput(int length)
    {
        var input = new byte[length];
        new Random(length).NextBytes(input);

        var (result, invocation) = Run(C("echo"), new InMemoryInvocation(input));

        Assert.Equal(InvocationStatus.Ok, result.Status);
        Assert.True(invocation.Output.SequenceEqual(input));
    }

    [Fact]
    public void Invoke_Exit7_FunctionFailedWithCodeAndOutput()
    {
        var (result, invocation) = Run(C("exit7"));

        Assert.Equal(InvocationStatus.FunctionFailed, result.Status);
        Assert.Equal(7, result.ExitCode);
        Assert.Equal("before\n", invocation.OutputText);
        Assert.Equal("to the log\n", invocation.ErrorText);
    }

    [Fact]
    public void Invoke_Exit0_Ok() => Assert.Equal(InvocationStatus.Ok, Run(Wat("exit0")).Result.Status);

    [Fact]
    public void Invoke_OlderModuleName_Works() => Assert.Equal(3, Run(Wat("unstable")).Result.ExitCode);

    [Fact]
    public void Invoke_StartSection_MayCallTheHost()
    {
        var (result, invocation) = Run(Wat("start_section"));

        Assert.Equal(InvocationStatus.Ok, result.Status);
        Assert.Equal("early\n", invocation.OutputText);
    }

    // ---- traps

    [Theory]
    [InlineData("trap_unreachable")]
    [InlineData("trap_out_of_bounds")]
    [InlineData("trap_far_out_of_bounds")]
    [InlineData("trap_divide_by_zero")]
    [InlineData("trap_overflow")]
    [InlineData("trap_conversion")]
    [InlineData("trap_null_call")]
    [InlineData("trap_table_bounds")]
    [InlineData("trap_signature")]
    public void Invoke_Trap_IsAResultWithItsCause(string name)
    {
        var module = Load(Wat(name));

        // Twice: a trap leaves nothing behind that hurts the next run.
        for (var i = 0; i < 2; i++)
        {
            var result = module.Invoke(new InMemoryInvocation(limits: s_limits));
            Assert.Equal(InvocationStatus.Trap, result.Status);
            Assert.False(string.IsNullOrWhiteSpace(result.Message));
        }
    }

    [Fact]
    public void Invoke_Abort_Traps() => Assert.Equal(InvocationStatus.Trap, Run(C("abort")).Result.Status);

    [Fact]
    public void Invoke_NativeStackExhausted_Traps() => Assert.Equal(InvocationStatus.Trap, Run(Wat("stack_overflow")).Result.Status);

    [Fact]
    public void Invoke_NativeStackExhaustedOnASmallThread_Traps()
    {
        var module = Load(Wat("stack_overflow"));
        var status = InvocationStatus.Ok;
        var thread = new Thread(() => status = module.Invoke(new InMemoryInvocation(limits: s_limits)).Status, RequiredStackBytes);
        thread.Start();
        thread.Join();

        Assert.Equal(InvocationStatus.Trap, status);
    }

    [Fact]
    public void Invoke_RecursionInC_Traps() => Assert.Equal(InvocationStatus.Trap, Run(C("recursion")).Result.Status);

    // ---- limits

    [Fact]
    public void Invoke_EndlessLoop_TimesOutNotBeforeTheDeadline()
    {
        Require(BackendCapabilities.Deadline);
        var module = Load(Wat("loop"));
        var invocation = new InMemoryInvocation(limits: s_limits with { Timeout = TimeSpan.FromMilliseconds(100) });
        var result = module.Invoke(invocation);

        Assert.Equal(InvocationStatus.Timeout, result.Status);
        Assert.True(Stopwatch.GetTimestamp() >= invocation.Deadline);
        Assert.Equal("looping\n", invocation.OutputText);
    }

    [Fact]
    public void Invoke_CancelledWhileRunning_Ends()
    {
        Require(BackendCapabilities.Deadline);
        InMemoryInvocation? invocation = null;
        invocation = new InMemoryInvocation(limits: s_limits) { OnOutput = () => invocation!.Cancel() };

        Assert.Equal(InvocationStatus.Cancelled, Run(Wat("loop"), invocation).Result.Status);
    }

    [Fact]
    public void Invoke_CancelledFromAnotherThread_Ends()
    {
        Require(BackendCapabilities.Deadline);
        using var started = new ManualResetEventSlim();
        var invocation = new InMemoryInvocation(limits: s_limits) { OnOutput = started.Set };
        var canceller = new Thread(() =>
        {
            started.Wait();
            invocation.Cancel();
        });
        canceller.Start();
        var (result, _) = Run(Wat("loop"), invocation);
        canceller.Join();

        Assert.Equal(InvocationStatus.Cancelled, result.Status);
    }

    [Fact]
    public void Invoke_CancelledBefore_DoesNotStart()
    {
        var invocation = new InMemoryInvocation(limits: s_limits);
        invocation.Cancel();
        var (result, _) = Run(Wat("start_section"), invocation);

        Assert.Equal(InvocationStatus.Cancelled, result.Status);
        Assert.Empty(invocation.OutputText);
    }

    [Fact]
    public void Invoke_OutputFlood_EndsAtTheLimit()
    {
        var limits = s_limits with { OutputBytes = 100_001 };
        var (result, invocation) = Run(Wat("flood"), new InMemoryInvocation(limits: limits));

        Assert.Equal(InvocationStatus.OutputLimit, result.Status);
        Assert.True(invocation.Output.Length <= 100_001);
    }

    [Theory]
    [InlineData("malloc_once")]
    [InlineData("malloc_checked")]
    [InlineData("malloc_steps")]
    public void Invoke_OneGibibyteInC_MemoryLimit(string name)
    {
        Require(BackendCapabilities.MemoryLimit);
        var (result, _) = Run(C(name));

        Assert.Equal(InvocationStatus.MemoryLimit, result.Status);
        Assert.InRange(result.PeakMemoryBytes, 1, s_limits.MemoryBytes);
    }

    [Fact]
    public void Invoke_GrowsToTheLimitAndTraps_MemoryLimit()
    {
        Require(BackendCapabilities.MemoryLimit);
        var (result, _) = Run(Wat("grow_bomb"));

        Assert.Equal(InvocationStatus.MemoryLimit, result.Status);
        Assert.Equal(s_limits.MemoryBytes, result.PeakMemoryBytes);
    }

    [Fact]
    public void Invoke_RefusedMemoryButCopes_Ok()
    {
        Require(BackendCapabilities.MemoryLimit);
        var (result, invocation) = Run(C("malloc_copes"));

        Assert.Equal(InvocationStatus.Ok, result.Status);
        Assert.Equal("less will do\n", invocation.OutputText);
    }

    [Fact]
    public void Invoke_OwnMaximumReached_IsTheGuestsTrap() =>
        Assert.Equal(InvocationStatus.Trap, Run(Wat("own_maximum")).Result.Status);

    [Fact]
    public void Invoke_MinimumOverTheLimit_MemoryLimit()
    {
        Require(BackendCapabilities.MemoryLimit);
        var module = Load(Wat("big_minimum"));

        Assert.Equal(InvocationStatus.MemoryLimit, module.Invoke(new InMemoryInvocation(limits: s_limits)).Status);
        Assert.Equal(
            InvocationStatus.Ok, module.Invoke(new InMemoryInvocation(limits: s_limits with { MemoryBytes = 100L << 20 })).Status);
    }

    [Fact]
    public void Invoke_TableBomb_IsRefused() => Assert.Equal(InvocationStatus.Ok, Run(Wat("table_bomb")).Result.Status);

    // ---- isolation

    [Fact]
    public void Invoke_AfterAnyOtherGuest_MemoryIsFresh()
    {
        // Sizes around what an engine may treat differently: a page, what stays resident, what is given back.
        var dirty = new[] { (1, 0), (17, 0), (130, 3), (1, 40), (600, 0), (2, 998) }
            .Select(size => Load(FillingModule(size.Item1, size.Item2))).ToArray();
        var limits = s_limits with { MemoryBytes = 256L << 20 };
        var invocation = new InMemoryInvocation(limits: limits);
        var order = new Random(7);
        for (var i = 0; i < 150; i++)
        {
            invocation.Rewind();
            var result = dirty[i < 2 * dirty.Length ? i / 2 : order.Next(dirty.Length)].Invoke(invocation);
            Assert.Equal((i, InvocationStatus.Ok, 0), (i, result.Status, result.ExitCode));
        }
    }

    [Fact]
    public void Invoke_ConcurrentlyOnEightThreads_EachSeesOnlyItsOwn()
    {
        const int Runs = 2000;
        var hello = Load(C("hello"));
        var echo = Load(C("echo"));
        var exit = Load(C("exit7"));
        var trap = Load(Wat("trap_unreachable"));
        var failures = 0;
        var threads = Enumerable.Range(0, 8).Select(t => new Thread(() =>
        {
            var input = Encoding.UTF8.GetBytes($"thread {t} {new string((char)('a' + t), 500 * t)}");
            var invocation = new InMemoryInvocation(input, limits: s_limits);
            for (var i = 0; i < Runs; i++)
            {
                invocation.Rewind();
                var right = (i % 4) switch
                {
                    0 => hello.Invoke(invocation).Status == InvocationStatus.Ok && invocation.Output.SequenceEqual("Hello from FAAS!\n"u8),
                    1 => echo.Invoke(invocation).Status == InvocationStatus.Ok && invocation.Output.SequenceEqual(input),
                    2 => exit.Invoke(invocation) is { Status: InvocationStatus.FunctionFailed, ExitCode: 7 },
                    _ => trap.Invoke(invocation).Status == InvocationStatus.Trap,
                };
                if (!right)
                {
                    Interlocked.Increment(ref failures);
                }
            }
        })).ToArray();
        Array.ForEach(threads, static t => t.Start());
        Array.ForEach(threads, static t => t.Join());

        Assert.Equal(0, failures);
    }

    [Fact]
    public void Invoke_ManyTimes_LeaksNeitherMemoryNorDescriptors()
    {
        var modules = new[] { Load(C("hello")), Load(C("echo")), Load(C("exit7")), Load(Wat("trap_divide_by_zero")), Load(C("malloc_steps")) };
        var invocation = new InMemoryInvocation(new byte[1000], limits: s_limits with { MemoryBytes = 4L << 20 });
        RunAll(200);
        var descriptors = Directory.GetFiles("/proc/self/fd").Length;
        var memory = ResidentBytes();
        RunAll(2000);

        // A few may come or go: the runtime's own. A leak would be thousands.
        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length - descriptors, int.MinValue, 50);
        Assert.InRange(ResidentBytes() - memory, long.MinValue, 16L << 20);

        void RunAll(int times)
        {
            for (var i = 0; i < times; i++)
            {
                foreach (var module in modules)
                {
                    invocation.Rewind();
                    module.Invoke(invocation);
                }
            }
        }
    }

    [Fact]
    public void Invoke_OnThreadsThatEnd_LeaksNoAddressSpace()
    {
        var module = Load(C("hello"));
        RunThreads(4);
        var before = MappedBytes();
        RunThreads(40);

        // A slot reserves 4 GiB; finalisers have run, the last few threads' slots may still be there.
        Assert.InRange(MappedBytes() - before, long.MinValue, 40L << 30);

        void RunThreads(int count)
        {
            for (var i = 0; i < count; i++)
            {
                var thread = new Thread(() => module.Invoke(new InMemoryInvocation(limits: s_limits)));
                thread.Start();
                thread.Join();
            }

            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    [Fact]
    public void Invoke_Succeeding_AllocatesNothingManaged()
    {
        var module = Load(C("hello"));
        var invocation = new InMemoryInvocation(limits: s_limits);
        module.Invoke(invocation);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            invocation.Rewind();
            module.Invoke(invocation);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Dispose_ModuleWhileOthersLive_OthersStillRun()
    {
        var kept = Load(C("hello"));
        for (var i = 0; i < 20; i++)
        {
            var other = Load(C("exit7"));
            other.Invoke(new InMemoryInvocation(limits: s_limits));
            other.Dispose();
        }

        Assert.Equal(InvocationStatus.Ok, kept.Invoke(new InMemoryInvocation(limits: s_limits)).Status);
    }

    // ---- modules that are refused

    [Theory]
    [InlineData("""(module (import "env" "gettimeofday" (func)) (memory (export "memory") 1) (func (export "_start")))""", "env.gettimeofday")]
    [InlineData("""(module (import "wasi_snapshot_preview1" "fd_teleport" (func)) (memory (export "memory") 1) (func (export "_start")))""", "fd_teleport")]
    [InlineData("""(module (import "wasi_snapshot_preview1" "fd_write" (func (param i64) (result i32))) (memory (export "memory") 1) (func (export "_start")))""", "fd_write")]
    [InlineData("""(module (import "wasi_snapshot_preview1" "fd_write" (global i32)) (memory (export "memory") 1) (func (export "_start")))""", "fd_write")]
    [InlineData("""(module (import "wasi_snapshot_preview1" "fd_write" (func (param v128))) (memory (export "memory") 1) (func (export "_start")))""", "fd_write")]
    [InlineData("""(module (memory (export "memory") 1) (func (export "_start") (param v128)))""", "_start")]
    [InlineData("""(module (memory (export "memory") 1) (func (export "main")))""", "_start")]
    [InlineData("""(module (memory (export "memory") 1) (func (export "_start") (param i32)))""", "_start")]
    [InlineData("""(module (memory (export "memory") 1) (global (export "_start") i32 (i32.const 0)))""", "_start")]
    [InlineData("""(module (memory (export "memory") 1) (func (export "_initialize")))""", "reactor")]
    [InlineData("""(module (func (export "_start")))""", "memory")]
    [InlineData("""(module (import "env" "memory" (memory 1)) (export "memory" (memory 0)) (func (export "_start")))""", "env.memory")]
    [InlineData("(module (func (result i32)))", null)]
    [InlineData("this is not a module", null)]
    [InlineData("", null)]
    public void Prepare_UnfitModule_InvalidModuleNamingTheCause(string text, string? named)
    {
        var exception = Assert.Throws<ModuleLoadException>(() => Load(Encoding.UTF8.GetBytes(text)));

        Assert.Equal(InvocationStatus.InvalidModule, exception.Status);
        Assert.Contains(named ?? "", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Path.GetTempPath(), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prepare_Component_InvalidModule()
    {
        var exception = Assert.Throws<ModuleLoadException>(() => Load([0, (byte)'a', (byte)'s', (byte)'m', 0x0d, 0, 1, 0]));

        Assert.Equal(InvocationStatus.InvalidModule, exception.Status);
        Assert.Contains("component", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Prepare_TruncatedModule_InvalidModule()
    {
        var whole = C("hello");
        for (var length = 1; length < whole.Length; length += 977)
        {
            var exception = Assert.Throws<ModuleLoadException>(() => Load(whole[..length]));
            Assert.Equal(InvocationStatus.InvalidModule, exception.Status);
        }
    }

    [Fact]
    public void Prepare_DamagedModule_RefusedOrRuns()
    {
        Require(BackendCapabilities.Deadline); // damage may make a loop
        var random = new Random(20);
        var whole = C("exit7");
        for (var i = 0; i < 60; i++)
        {
            var damaged = (byte[])whole.Clone();
            for (var j = 0; j < 3; j++)
            {
                damaged[random.Next(8, damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                using var module = Load(damaged);
                module.Invoke(new InMemoryInvocation(limits: s_limits with { Timeout = TimeSpan.FromMilliseconds(50) }));
            }
            catch (ModuleLoadException exception)
            {
                Assert.Equal(InvocationStatus.InvalidModule, exception.Status);
            }
        }
    }

    [Fact]
    public void Load_MissingFile_InvalidModuleWithoutPath()
    {
        SkipWhenMissing();
        var path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("n"));
        var exception = Assert.Throws<ModuleLoadException>(() => Backend.Load(Descriptor(path)));

        Assert.Equal(InvocationStatus.InvalidModule, exception.Status);
        Assert.DoesNotContain(path, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NotAnArtifact_InvalidModuleWithoutPath()
    {
        SkipWhenMissing();
        var path = Store("no artifact at all"u8);
        var exception = Assert.Throws<ModuleLoadException>(() => Backend.Load(Descriptor(path)));

        Assert.Equal(InvocationStatus.InvalidModule, exception.Status);
        Assert.DoesNotContain(path, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_Twice_BothRun()
    {
        var first = Load(C("hello"));
        var second = Load(C("hello"));

        Assert.Equal(InvocationStatus.Ok, first.Invoke(new InMemoryInvocation(limits: s_limits)).Status);
        Assert.Equal(InvocationStatus.Ok, second.Invoke(new InMemoryInvocation(limits: s_limits)).Status);
    }

    [Fact]
    public void Invoke_BundledFiles_AreThereAnewForEachInvocation()
    {
        SkipWhenMissing();
        var folder = Directory.CreateTempSubdirectory("faas-test-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "data"));
            File.WriteAllText(Path.Combine(folder, "data", "greeting.txt"), "hello");
            using var module = Backend.Load(
                Descriptor(Store(((IModuleCompiler)Backend).Compile(C("bundled")))) with { Options = new Dictionary<string, string> { [ModuleDescriptor.FilesOption] = folder } });
            for (var i = 0; i < 2; i++)
            {
                var invocation = new InMemoryInvocation(limits: s_limits);
                Assert.Equal(InvocationStatus.Ok, module.Invoke(invocation).Status);
                Assert.Equal("hello\n", invocation.OutputText);
            }

            Assert.Equal("hello", File.ReadAllText(Path.Combine(folder, "data", "greeting.txt")));
            Assert.Equal(1, Load(C("bundled")).Invoke(new InMemoryInvocation(limits: s_limits)).ExitCode);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Load_BundledFilesGone_InvalidModule()
    {
        var artifact = Store(((IModuleCompiler)Backend).Compile(Wat("exit0")));
        var exception = Assert.Throws<ModuleLoadException>(
            () => Backend.Load(Descriptor(artifact) with { Options = new Dictionary<string, string> { [ModuleDescriptor.FilesOption] = "/nowhere/at/all" } }));

        Assert.Equal(InvocationStatus.InvalidModule, exception.Status);
        Assert.DoesNotContain("/nowhere", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_TextThatIsNone_InvalidModule()
    {
        var exception = Assert.Throws<ModuleLoadException>(() => ((IModuleCompiler)Backend).Compile("(module (func"u8));

        Assert.Equal(InvocationStatus.InvalidModule, exception.Status);
    }

    // ---- the tools of the tests

    /// <summary>Stack that the backend says a slot's thread needs.</summary>
    protected abstract int RequiredStackBytes { get; }

    protected static byte[] Wat(string name) => GuestModules.Wat(name);

    protected static byte[] C(string name)
    {
        Assert.SkipWhen(GuestModules.CannotCompileC is not null, GuestModules.CannotCompileC ?? "");
        return GuestModules.C(name);
    }

    protected (InvocationResult Result, InMemoryInvocation Invocation) Run(byte[] wasm, InMemoryInvocation? invocation = null)
    {
        invocation ??= new InMemoryInvocation(limits: s_limits);
        return (Load(wasm).Invoke(invocation), invocation);
    }

    protected IRuntimeModule Load(byte[] wasm)
    {
        SkipWhenMissing();
        var artifact = Backend is IModuleCompiler compiler ? compiler.Compile(wasm) : wasm;
        var module = Backend.Load(Descriptor(Store(artifact)));
        _modules.Add(module);
        return module;
    }

    protected void Require(BackendCapabilities capability) =>
        Assert.SkipUnless(MissingEngine is not null || Backend.Capabilities.HasFlag(capability), $"{capability} is not among the backend's capabilities");

    protected string Store(ReadOnlySpan<byte> artifact)
    {
        var path = Path.Combine(Path.GetTempPath(), "faas-test-" + Guid.NewGuid().ToString("n"));
        File.WriteAllBytes(path, artifact);
        _files.Add(path);
        return path;
    }

    protected static ModuleDescriptor Descriptor(string path) =>
        new("test_1", ModuleKind.Wasm, path, s_limits, new Dictionary<string, string>());

    private void SkipWhenMissing() => Assert.SkipWhen(MissingEngine is not null, MissingEngine ?? "");

    /// <summary>Exits with 1 when a word of its memory is not zero at the start, then fills all of it; both also after growing.</summary>
    private static byte[] FillingModule(int pages, int grow) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""
        (module
          (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
          (memory (export "memory") {{pages}})
          (func $use (param $from i32) (param $to i32) (local $at i32)
            (local.set $at (local.get $from))
            (block $checked
              (loop $next
                (br_if $checked (i32.ge_u (local.get $at) (local.get $to)))
                (if (i64.ne (i64.load (local.get $at)) (i64.const 0)) (then (call $exit (i32.const 1))))
                (local.set $at (i32.add (local.get $at) (i32.const 8)))
                (br $next)))
            (memory.fill (local.get $from) (i32.const 255) (i32.sub (local.get $to) (local.get $from))))
          (func (export "_start")
            (call $use (i32.const 0) (i32.const {{pages * 65536}}))
            (if (i32.ne (memory.grow (i32.const {{grow}})) (i32.const {{pages}})) (then (call $exit (i32.const 2))))
            (call $use (i32.const {{pages * 65536}}) (i32.const {{(pages + grow) * 65536}}))))
        """));

    private static long ResidentBytes() =>
        long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;

    private static long MappedBytes() =>
        long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[0], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
}
