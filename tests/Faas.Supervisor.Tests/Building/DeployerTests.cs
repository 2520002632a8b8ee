using System.Text;
using Faas.Protocol.Contracts;
using Faas.Supervisor.Building;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Tests.Building;

public sealed class DeployerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLogger _logger = new();
    private readonly FakeNativeCodeCompiler _compiler = new();
    private readonly FunctionStore _store;
    private readonly Deployer _deployer;

    public DeployerTests()
    {
        _store = FunctionStore.Open(_folder.Combine("data"), TimeProvider.System, _logger);
        var search = ToolSearch.FromEnvironment();
        var artifacts = new ArtifactCache(_store.Data);
        var runner = new ToolRunner(_store.Data, search, TimeProvider.System, _logger);
        var builder = new FunctionBuilder(_store.Data, artifacts, search, runner, _logger);
        _deployer = new Deployer(
            _store,
            builder,
            new NativeCodeCache(_store.Data, artifacts, _compiler, _logger, builder),
            runner,
            ["wasmtime", "wasmer"]);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _deployer.Dispose();
        _store.Dispose();
        _folder.Dispose();
    }

    private NativeCodeCache OpenAgain() => new(_store.Data, new ArtifactCache(_store.Data), _compiler, _logger, _deployer.Builder);

    [Fact]
    public async Task DeployAsync_C_CanBeInvokedOnEveryBackendWithoutMoreWork()
    {
        Assert.SkipUnless(await _deployer.Builder.WarmUpAsync("c", Token), "no c compiler on this machine");
        var result = await Deploy("hello", "c", "int main(void) { return 0; }");
        Assert.True(result.IsDeployed, result.Error?.Message);
        Assert.True(_store.TryResolve("hello", out var resolved));
        Assert.Same(result.Function, resolved);
        Assert.Equal(2, _compiler.Compilations);
        Assert.True((await _deployer.NativeCode.EnsureAsync(resolved, "wasmer", Token)).IsReady);
        Assert.Equal(2, _compiler.Compilations);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EnsureAsync_StoredModuleDamagedOrGone_IsBuiltAgainFromItsSource(bool isGone)
    {
        Assert.SkipUnless(await _deployer.Builder.WarmUpAsync("c", Token), "no c compiler on this machine");
        var function = (await Deploy("hello", "c", "int main(void) { return 0; }")).Function!;
        var intact = await File.ReadAllBytesAsync(function.ModulePath!, Token);
        File.Delete(function.ModulePath!);
        if (!isGone)
        {
            await File.WriteAllTextAsync(function.ModulePath!, "torn", Token);
        }

        // As after a new engine: nothing of the cache serves.
        foreach (var file in Directory.GetFiles(_store.Data.Cache))
        {
            File.Delete(file);
        }

        _compiler.Fingerprint = "engine 2";
        var made = await OpenAgain().EnsureAsync(function, "wasmtime", Token);
        Assert.True(made.IsReady, made.Error?.Message);
        Assert.Equal(intact, await File.ReadAllBytesAsync(function.ModulePath!, Token));
    }

    [Fact]
    public async Task DeployAsync_HundredAtOnce_HundredIdsAndOneCompilation()
    {
        Assert.SkipUnless(await _deployer.Builder.WarmUpAsync("c", Token), "no c compiler on this machine");
        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Deploy("hot", "c", "int main(void) { return 0; }")));
        Assert.Equal(100, results.Select(result => result.Function!.Id).Distinct().Count());
        Assert.Equal(2, _compiler.Compilations);
        Assert.True(_store.TryResolve("hot", out var newest));
        Assert.Equal(100, newest.Version);
    }

    [Theory]
    [InlineData("wasm", "\0asm\u0001\0\0\0")]
    [InlineData("wasm", "(module)")]
    [InlineData("js", "console.log(1)")]
    [InlineData("python", "print(1)")]
    [InlineData("php", "<?php echo 1;")]
    [InlineData("html", "<p>1</p>")]
    public async Task DeployAsync_NotCompiled_IsStoredAsItIs(string language, string source)
    {
        var result = await Deploy("f", language, source);
        Assert.True(result.IsDeployed, result.Error?.Message);
        Assert.Equal(source, Encoding.UTF8.GetString(_store.ReadSource(result.Function)));
        Assert.Equal(language == "wasm", result.Function.IsWasm);
    }

    [Theory]
    [InlineData("", "c", "x", DeployErrorCodes.BadName)]
    [InlineData("../x", "c", "x", DeployErrorCodes.BadName)]
    [InlineData("f", "cobol", "x", DeployErrorCodes.UnknownLanguage)]
    [InlineData("f", "C", "x", DeployErrorCodes.UnknownLanguage)]
    [InlineData("f", "python", "", DeployErrorCodes.BadRequest)]
    [InlineData("f", "wasm", "", DeployErrorCodes.BadRequest)]
    [InlineData("f", "wasm", "bad module", DeployErrorCodes.InvalidWasm)]
    public async Task DeployAsync_WhatCannotBe_IsAnErrorAndStoresNothing(string name, string language, string source, string code)
    {
        Assert.Equal(code, (await Deploy(name, language, source)).Error?.Code);
        Assert.Equal(0, _store.Count);
    }

    [Fact]
    public async Task DeployAsync_NameOfALiveId_IsABadName()
    {
        var first = await Deploy("f", "python", "print(1)");
        Assert.Equal(DeployErrorCodes.BadName, (await Deploy(first.Function!.Id, "python", "print(1)")).Error?.Code);
    }

    [Fact]
    public async Task DeployAsync_BackendNobodyHas_IsBadRequest()
    {
        var request = new DeployRequest { Name = "f", Language = "wasm", Source = "(module)"u8.ToArray(), Backend = "other" };
        Assert.Equal(DeployErrorCodes.BadRequest, (await _deployer.DeployAsync(request, Token)).Error?.Code);
    }

    [Fact]
    public async Task DeployAsync_LimitOfZero_IsBadRequest()
    {
        var request = new DeployRequest { Name = "f", Language = "js", Source = "1"u8.ToArray(), Limits = InvocationLimits.Default with { MemoryBytes = 0 } };
        Assert.Equal(DeployErrorCodes.BadRequest, (await _deployer.DeployAsync(request, Token)).Error?.Code);
    }

    [Fact]
    public async Task DeployAsync_DiskFails_IsSaidAndNothingWasDeployed()
    {
        _store.Reached = _ => throw new IOException("no space left");
        await Assert.ThrowsAsync<StorageFailedException>(() => Deploy("f", "js", "1"));
        Assert.Equal(0, _store.Count);
    }

    private Task<DeployResult> Deploy(string name, string language, string source) =>
        _deployer.DeployAsync(new DeployRequest { Name = name, Language = language, Source = Encoding.UTF8.GetBytes(source) }, Token);
}
