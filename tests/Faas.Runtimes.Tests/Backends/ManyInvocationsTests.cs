using System.Globalization;
using Faas.Protocol.Contracts;
using Faas.Testing;

namespace Faas.Runtimes.Tests.Backends;

/// <summary>
/// Every way an invocation ends, over and over: what an engine's objects hold must come back. MINIFAAS_INVOCATIONS makes
/// it another number than 20,000.
/// </summary>
[Collection(EngineCollection.Name)]
public sealed class ManyInvocationsTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("wasmtime")]
    [InlineData("wasmer")]
    public void Invoke_EveryEnding_ResidentMemoryIsStable(string engine)
    {
        Assert.SkipWhen(GuestModules.CannotCompileC is not null, GuestModules.CannotCompileC ?? "");
        var invocations = int.Parse(Environment.GetEnvironmentVariable("MINIFAAS_INVOCATIONS") ?? "20000", CultureInfo.InvariantCulture);
        using var backend = Engine.Create(engine);
        IRuntimeModule[] modules =
        [
            Engine.Load(backend, GuestModules.C("hello")), Engine.Load(backend, GuestModules.C("exit7")),
            Engine.Load(backend, GuestModules.C("echo")), Engine.Load(backend, GuestModules.Wat("trap_unreachable")),
            Engine.Load(backend, GuestModules.Wat("exit0")), Engine.Load(backend, GuestModules.Wat("big_minimum")),
        ];
        var invocation = new InMemoryInvocation(new byte[1000], limits: InvocationLimits.Default with { MemoryBytes = 4L << 20 });
        Run(Math.Min(invocations / 4, 5000));
        var before = ResidentBytes();
        Run(invocations);
        var growth = ResidentBytes() - before;
        Array.ForEach(modules, static m => m.Dispose());

        output.WriteLine($"{engine}: {invocations} invocations, resident {before >> 10} KiB before, {growth >> 10:+0;-0} KiB");
        Assert.InRange(growth, long.MinValue, 8L << 20);

        void Run(int count)
        {
            for (var i = 0; i < count; i++)
            {
                invocation.Rewind();
                modules[i % modules.Length].Invoke(invocation);
            }
        }
    }

    // What the collector has not got round to is no leak.
    private static long ResidentBytes()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }
}
