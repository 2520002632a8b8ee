using System.Text;
using Faas.Supervisor.Building;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Tests.Building;

public sealed class FunctionBuilderTests : IClassFixture<CompilerFixture>
{
    private readonly CompilerFixture _compilers;

    public FunctionBuilderTests(CompilerFixture compilers) => _compilers = compilers;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("c", "#include <stdio.h>\nint main(void) { printf(\"Hello from FAAS!\\n\"); return 0; }\n")]
    [InlineData("cpp", "#include <iostream>\n#include <vector>\nint main() { std::vector<int> v{1, 2}; std::cout << v.size() << std::endl; }\n")]
    [InlineData("rust", "use std::io::Read;\nfn main() { let mut s = String::new(); std::io::stdin().read_to_string(&mut s).unwrap(); println!(\"{s}\"); }\n")]
    [InlineData("go", "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"Hello from FAAS!\") }\n")]
    public async Task BuildAsync_Program_IsAModuleAndBuiltOnce(string language, string source)
    {
        await _compilers.RequireAsync(language);
        var first = await Build(language, source);
        Assert.Null(first.Error);
        Assert.True(first.Module.Span.StartsWith("\0asm"u8));
        Assert.True(first.Module.Span.IndexOf("_start"u8) > 0);

        var second = await Build(language, source);
        Assert.True(second.FromCache);
        Assert.True(first.Module.Span.SequenceEqual(second.Module.Span));
        Assert.Empty(Directory.GetDirectories(_compilers.Data.Temporary));
    }

    [Theory]
    [InlineData("c", "int main(void) { return undeclared; }\n", "main.c:1:25: error:")]
    [InlineData("cpp", "int main() { return undeclared; }\n", "main.cpp:1:21: error:")]
    [InlineData("rust", "fn main() { undeclared(); }\n", "main.rs:1:13")]
    [InlineData("go", "package main\n\nfunc main() { undeclared() }\n", "main.go:3:15:")]
    [InlineData("c", "int f(void) { return 1; }\n", "main")]
    [InlineData("c", "int missing(void);\nint main(void) { return missing(); }\n", "missing")]
    public async Task BuildAsync_Mistake_AnswersTheCompilersWords(string language, string source, string expected)
    {
        await _compilers.RequireAsync(language);
        var outcome = await Build(language, source);
        Assert.Equal(DeployErrorCodes.CompileFailed, outcome.Error?.Code);
        Assert.Contains(expected, outcome.Error!.Diagnostics, StringComparison.Ordinal);
        Assert.DoesNotContain(_compilers.Data.Root, outcome.Error.Diagnostics, StringComparison.Ordinal);
        Assert.DoesNotContain("/build/", outcome.Error.Diagnostics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("c", "#include \"/etc/shadow\"\nint main(void) { return 0; }\n")]
    [InlineData("c", "#include \"SECRET\"\nint main(void) { return 0; }\n")]
    [InlineData("c", "#include \"../secret.key\"\nint main(void) { return 0; }\n")]
    [InlineData("c", "__asm__(\".incbin \\\"SECRET\\\"\");\nint main(void) { return 0; }\n")]
    [InlineData("rust", "fn main() { print!(\"{}\", include_str!(\"SECRET\")); }\n")]
    [InlineData("rust", "fn main() { print!(\"{}\", include_str!(\"/etc/shadow\")); }\n")]
    [InlineData("go", "package main\n\nimport _ \"embed\"\n\n//go:embed SECRET\nvar s string\n\nfunc main() { println(s) }\n")]
    [InlineData("go", "package main\n\n// #include \"SECRET\"\nimport \"C\"\n\nfunc main() {}\n")]
    public async Task BuildAsync_ReadsTheHost_FailsWithoutShowingIt(string language, string source)
    {
        await _compilers.RequireAsync(language);
        Assert.SkipUnless(await _compilers.Builder.IsSandboxedAsync(), "no sandbox on this machine: bubblewrap is missing or not allowed");
        var secret = Path.Combine(_compilers.Data.Root, "secret.txt");
        await File.WriteAllTextAsync(secret, "hunter2", Token);
        var outcome = await Build(language, source.Replace("SECRET", secret, StringComparison.Ordinal));
        Assert.Equal(DeployErrorCodes.CompileFailed, outcome.Error?.Code);
        Assert.DoesNotContain("hunter2", outcome.Error!.Diagnostics, StringComparison.Ordinal);
        Assert.DoesNotContain("root:", outcome.Error.Diagnostics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("c", "__asm__(\".incbin \\\"/dev/zero\\\"\"); #include \"/dev/zero\"\nint main(void) { return 0 }\n")]
    [InlineData("c", "#include \"main.c\"\n#include \"main.c\"\nint main(void) { return 0; }\n")]
    [InlineData("c", "char bomb[2000000000] = {1}; int main(void) { return bomb[5]; }\n")]
    [InlineData("cpp", "template<int N> struct A { A<N+1> a; A<N+2> b; }; int main() { A<0> a; }\n")]
    [InlineData("cpp", "constexpr int f(int n) { int s = 0; for (long i = 0; i < 1000000000000L; i++) s += n; return s; } static_assert(f(1)); int main() {}\n")]
    public async Task BuildAsync_CompilerBomb_EndsWithAnError(string language, string source)
    {
        await _compilers.RequireAsync(language);
        var outcome = await Build(language, source);
        Assert.Equal(DeployErrorCodes.CompileFailed, outcome.Error?.Code);
        Assert.True((outcome.Error!.Diagnostics ?? "").Length <= ToolRunner.MaxOutputBytes + 16);
    }

    [Fact]
    public async Task BuildAsync_SameSourceManyTimesAtOnce_IsCompiledOnce()
    {
        await _compilers.RequireAsync("c");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Build("c", "int main(void) { return 50; }\n")));
        Assert.All(outcomes, outcome => Assert.Null(outcome.Error));
        Assert.Single(outcomes.Where(outcome => !outcome.FromCache).DistinctBy(outcome => outcome.Module));
    }

    [Fact]
    public async Task BuildAsync_EmptySource_IsBadRequest() =>
        Assert.Equal(DeployErrorCodes.BadRequest, (await Build("c", "")).Error?.Code);

    [Fact]
    public async Task BuildAsync_InterpretedLanguage_IsUnknownHere() =>
        Assert.Equal(DeployErrorCodes.UnknownLanguage, (await Build("python", "print()")).Error?.Code);

    [Fact]
    public async Task BuildAsync_Wasm_PassesAsItIs() =>
        Assert.Equal("(module)", Encoding.UTF8.GetString((await Build("wasm", "(module)")).Module.Span));

    [Fact]
    public async Task BuildAsync_Cancelled_Throws()
    {
        await _compilers.RequireAsync("c");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _compilers.Builder.BuildAsync(new BuildRequest("c", "int main(void) { return 42; }"u8.ToArray()), cancelled.Token));
        Assert.Empty(Directory.GetDirectories(_compilers.Data.Temporary));
    }

    [Fact]
    public async Task BuildAsync_NoSandboxOnTheMachine_StillBuildsAndHidesItsFolder()
    {
        await _compilers.RequireAsync("c");
        using var folder = new TemporaryFolder();
        using var programs = new TemporaryFolder();
        foreach (var program in Directory.GetFiles("/usr/bin").Where(path => Path.GetFileName(path) != "bwrap"))
        {
            File.CreateSymbolicLink(programs.Combine(Path.GetFileName(program)), program);
        }

        var data = DataDirectory.Create(folder.Combine("data"));
        var search = new ToolSearch([programs.Path], Environment.GetEnvironmentVariable, folder.Path);
        using var runner = new ToolRunner(data, search, TimeProvider.System, new RecordingLogger());
        var builder = new FunctionBuilder(data, new ArtifactCache(data), search, runner, new RecordingLogger());
        Assert.SkipUnless(await builder.WarmUpAsync("c", Token), "the c compiler is not in /usr/bin");
        Assert.False(await builder.IsSandboxedAsync());
        Assert.Null((await builder.BuildAsync(new BuildRequest("c", "int main(void) { return 0; }"u8.ToArray()), Token)).Error);
        var mistake = await builder.BuildAsync(new BuildRequest("c", "#include __FILE__ \"x\"\nint main(void) { return undeclared; }"u8.ToArray()), Token);
        Assert.Equal(DeployErrorCodes.CompileFailed, mistake.Error?.Code);
        Assert.DoesNotContain(data.Root, mistake.Error!.Diagnostics, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("c", "wasi-libc")]
    [InlineData("cpp", "libc++")]
    [InlineData("rust", "libstd-rust-dev-wasm32")]
    [InlineData("go", "golang")]
    public async Task BuildAsync_NothingInstalled_SaysWhatToInstall(string language, string package)
    {
        using var folder = new TemporaryFolder();
        var data = DataDirectory.Create(folder.Combine("data"));
        var search = new ToolSearch([folder.Path], _ => null, folder.Path);
        using var runner = new ToolRunner(data, search, TimeProvider.System, new RecordingLogger());
        var builder = new FunctionBuilder(data, new ArtifactCache(data), search, runner, new RecordingLogger());
        var outcome = await builder.BuildAsync(new BuildRequest(language, "x"u8.ToArray()), Token);
        Assert.Equal(DeployErrorCodes.ToolchainMissing, outcome.Error?.Code);
        Assert.Contains(package, outcome.Error!.Message, StringComparison.Ordinal);
        Assert.False(await builder.IsSandboxedAsync());
    }

    /// <summary>Installed while the server runs, removed, installed again; and there, but not whole at first.</summary>
    [Fact]
    public async Task BuildAsync_CompilerComesAndGoes_IsNoticed()
    {
        await _compilers.RequireAsync("c");
        using var folder = new TemporaryFolder();
        var programs = Directory.CreateDirectory(folder.Combine("bin")).FullName;
        var later = new List<string>();
        foreach (var program in Directory.GetFiles("/usr/bin").Where(path => Path.GetFileName(path) != "bwrap"))
        {
            var link = Path.Combine(programs, Path.GetFileName(program));
            if (Path.GetFileName(program).StartsWith("clang", StringComparison.Ordinal))
            {
                later.Add(program);
            }
            else
            {
                File.CreateSymbolicLink(link, program);
            }
        }

        Assert.SkipUnless(later.Count > 0, "the c compiler is not in /usr/bin");
        var data = DataDirectory.Create(folder.Combine("data"));
        var search = new ToolSearch([programs], _ => null, folder.Path);
        using var runner = new ToolRunner(data, search, TimeProvider.System, new RecordingLogger());
        var builder = new FunctionBuilder(data, new ArtifactCache(data), search, runner, new RecordingLogger());
        Assert.Equal(DeployErrorCodes.ToolchainMissing, await Code("1"));

        var broken = Path.Combine(programs, "clang");
        await File.WriteAllTextAsync(broken, "#!/bin/sh\necho 'No space left on device'; exit 1\n", Token);
        File.SetUnixFileMode(broken, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var tried = (await builder.BuildAsync(new BuildRequest("c", "int main(void) { return 0; }"u8.ToArray()), Token)).Error;
        Assert.Equal(DeployErrorCodes.ToolchainMissing, tried?.Code);
        Assert.Contains("clang is installed", tried!.Message, StringComparison.Ordinal);
        Assert.Contains("No space left", tried.Diagnostics, StringComparison.Ordinal);

        File.Delete(broken);
        later.ForEach(program => File.CreateSymbolicLink(Path.Combine(programs, Path.GetFileName(program)), program));
        Assert.Null(await Code("2"));
        later.ForEach(program => File.Delete(Path.Combine(programs, Path.GetFileName(program))));
        Assert.Equal(DeployErrorCodes.ToolchainMissing, await Code("3"));

        async Task<string?> Code(string unique) =>
            (await builder.BuildAsync(new BuildRequest("c", Encoding.UTF8.GetBytes($"int main(void) {{ return {unique}; }}")), Token)).Error?.Code;
    }

    private Task<BuildOutcome> Build(string language, string source) =>
        _compilers.Builder.BuildAsync(new BuildRequest(language, Encoding.UTF8.GetBytes(source)), Token);
}
