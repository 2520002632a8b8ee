using Faas.Protocol.Contracts;
using Faas.Testing;

namespace Faas.Runtimes.Tests.Backends;

/// <summary>The same guest, input and limits on every engine: the same status, exit code, output and memory.</summary>
[Collection(EngineCollection.Name)]
public sealed class DifferentialTests
{
    private static readonly InvocationLimits s_limits = new(TimeSpan.FromSeconds(20), 16L << 20, 100_000);

    public static TheoryData<string> Guests =>
    [
        .. Directory.GetFiles(GuestModules.Folder, "*.wat").Concat(Directory.GetFiles(GuestModules.Folder, "*.c"))
            .Select(static path => Path.GetFileName(path)!).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Guests))]
    public void Invoke_SameGuest_SameResult(string file)
    {
        Assert.SkipWhen(file == "loop.wat", "computes for ever: only some engines end it by themselves");
        var name = Path.GetFileNameWithoutExtension(file);
        if (file.EndsWith(".c", StringComparison.Ordinal))
        {
            Assert.SkipWhen(GuestModules.CannotCompileC is not null, GuestModules.CannotCompileC ?? "");
        }

        var wasm = file.EndsWith(".c", StringComparison.Ordinal) ? GuestModules.C(name) : GuestModules.Wat(name);
        var results = Engine.Names.Select(engine =>
        {
            using var backend = Engine.Create(engine);
            var invocation = new InMemoryInvocation(new byte[5000], ["one", "two"], ["A=B"], s_limits);
            var result = Engine.Run(backend, wasm, invocation);
            // Words and the memory of what never started are each engine's own.
            var peak = result.Status is InvocationStatus.MemoryLimit ? 0 : result.PeakMemoryBytes;
            return (result.Status, result.ExitCode, peak, invocation.OutputText, invocation.ErrorText);
        }).ToArray();

        Assert.All(results, result => Assert.Equal(results[0], result));
    }
}
