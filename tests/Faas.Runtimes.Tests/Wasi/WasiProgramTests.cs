using System.Text;
using Faas.Protocol.Contracts;
using Faas.Runtimes.Tests.Backends;
using Faas.Testing;

namespace Faas.Runtimes.Tests.Wasi;

/// <summary>Every program of <c>tests/wasi</c> on every engine (see the README there).</summary>
[Collection(EngineCollection.Name)]
public sealed class WasiProgramTests
{
    public static TheoryData<string, string> Programs
    {
        get
        {
            var data = new TheoryData<string, string>();
            var root = GuestModules.FolderOf("wasi");
            foreach (var program in Directory.GetFiles(Path.Combine(root, "c"), "*.c").Concat(Directory.GetFiles(Path.Combine(root, "rust"), "*.rs"))
                .Order(StringComparer.Ordinal))
            {
                foreach (var engine in Engine.Names)
                {
                    data.Add(engine, Path.GetRelativePath(root, program));
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Run_Program_EveryCheckHolds(string engine, string program)
    {
        var wasm = Compile(program);
        using var backend = Engine.Create(engine);
        var invocation = new InMemoryInvocation(
            Encoding.UTF8.GetBytes("line one\nline two\n"), ["one", "two words"], ["GREETING=hello", "EMPTY="]);
        var result = Engine.Run(backend, wasm, invocation);

        Assert.True(result.Status == InvocationStatus.Ok, $"{result.Status} {result.ExitCode} {result.Message}: {invocation.ErrorText}");
    }

    private static byte[] Compile(string program)
    {
        var folder = Path.Combine(GuestModules.FolderOf("wasi"), Path.GetDirectoryName(program)!);
        var name = Path.GetFileNameWithoutExtension(program);
        var isRust = program.EndsWith(".rs", StringComparison.Ordinal);
        var missing = isRust ? GuestModules.CannotCompileRust : GuestModules.CannotCompileC;
        Assert.SkipWhen(missing is not null, $"{program}: {missing}");
        return isRust ? GuestModules.Rust(folder, name) : GuestModules.C(folder, name);
    }
}
