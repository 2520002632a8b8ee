using System.Reflection;
using System.Text;
using Faas.Supervisor.Building;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Tests.Building;

/// <summary>With the real worker program, in the sandbox where there is one.</summary>
public sealed class WorkerNativeCodeCompilerTests : IDisposable
{
    private static readonly string s_worker = typeof(WorkerNativeCodeCompilerTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "WorkerProgram").Value!;

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLogger _logger = new();
    private readonly FunctionStore _store;
    private readonly Deployer _deployer;

    public WorkerNativeCodeCompilerTests()
    {
        _store = FunctionStore.Open(_folder.Combine("data"), TimeProvider.System, _logger);
        _deployer = Create(s_worker);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _deployer.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("c", "#include <stdio.h>\nint main(void) { puts(\"hello\"); return 0; }\n")]
    [InlineData("wasm", "(module (func (export \"_start\")) (memory (export \"memory\") 1))")]
    public async Task DeployAsync_Program_HasNativeCodeThatIsOurs(string language, string source)
    {
        Assert.SkipUnless(language == "wasm" || await _deployer.Builder.WarmUpAsync(language, Token), $"no {language} compiler on this machine");
        Assert.Null(await _deployer.WarmUpAsync(Token));
        var result = await Deploy(_deployer, language, source);
        Assert.True(result.IsDeployed, result.Error?.Message);
        var native = await _deployer.NativeCode.EnsureAsync(result.Function, "wasmtime", Token);
        Assert.True(_deployer.NativeCode.VerifyArtifact(native.Path!));
        Assert.True(File.ReadAllBytes(native.Path!).AsSpan().StartsWith("\u007fELF"u8));
        Assert.Empty(Directory.GetDirectories(_store.Data.Temporary));
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("\0asm\u0001\0\0\0garbage")]
    [InlineData("(module (import \"env\" \"unknown\" (func)) (func (export \"_start\")))")]
    public async Task DeployAsync_InvalidModule_IsInvalidWasmWithTheReason(string source)
    {
        var result = await Deploy(_deployer, "wasm", source);
        Assert.Equal(DeployErrorCodes.InvalidWasm, result.Error?.Code);
        Assert.NotEmpty(result.Error!.Message);
    }

    [Fact]
    public async Task DeployAsync_NoWorkerProgram_IsRuntimeMissing()
    {
        using var deployer = Create(_folder.Combine("faas-worker"));
        Assert.Equal(DeployErrorCodes.RuntimeMissing, (await Deploy(deployer, "wasm", "(module)")).Error?.Code);
        Assert.Equal(DeployErrorCodes.RuntimeMissing, (await deployer.WarmUpAsync(Token))?.Code);
    }

    [Fact]
    public async Task DeployAsync_WorkerProgramFails_IsInternalError()
    {
        using var deployer = Create("/bin/false");
        Assert.Equal(DeployErrorCodes.InternalError, (await Deploy(deployer, "wasm", "(module)")).Error?.Code);
    }

    private static Task<DeployResult> Deploy(Deployer deployer, string language, string source) =>
        deployer.DeployAsync(new DeployRequest { Name = "f", Language = language, Source = Encoding.UTF8.GetBytes(source) }, Token);

    private Deployer Create(string worker) => Deployer.Create(_store, worker, [], ["wasmtime"], TimeProvider.System, _logger);
}
