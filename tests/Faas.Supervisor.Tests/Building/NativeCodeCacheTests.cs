using Faas.Supervisor.Building;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Tests.Functions;

namespace Faas.Supervisor.Tests.Building;

public sealed class NativeCodeCacheTests : IDisposable
{
    private static readonly byte[] s_module = "\0asm one"u8.ToArray();

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLogger _logger = new();
    private readonly FakeNativeCodeCompiler _compiler = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EnsureAsync_SameModuleTwice_CompilesOnce()
    {
        var cache = Open();
        var first = await cache.EnsureAsync(s_module, "wasmtime", "f", Token);
        var second = await cache.EnsureAsync(s_module, "wasmtime", "f", Token);
        Assert.Equal("native:\0asm one", await File.ReadAllTextAsync(first.Path!, Token));
        Assert.Equal(first, second);
        Assert.Equal(1, _compiler.Compilations);

        Assert.Equal(first, await Open().EnsureAsync(s_module, "wasmtime", "f", Token));
        Assert.Equal(1, _compiler.Compilations);
    }

    [Fact]
    public async Task EnsureAsync_ManyAtOnce_CompilesOnceAlsoWhenOneGivesUp()
    {
        var gate = new TaskCompletionSource();
        _compiler.Gate = gate.Task;
        var cache = Open();
        using var impatient = new CancellationTokenSource();
        var givingUp = cache.EnsureAsync(s_module, "wasmtime", "f", impatient.Token);
        var waiting = Enumerable.Range(0, 10).Select(_ => cache.EnsureAsync(s_module, "wasmtime", "f", Token)).ToArray();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givingUp);
        gate.SetResult();
        Assert.All(await Task.WhenAll(waiting), made => Assert.True(made.IsReady));
        Assert.Equal(1, _compiler.Compilations);
    }

    [Fact]
    public async Task EnsureAsync_OtherBackendOrFingerprint_CompilesAnew()
    {
        var wasmtime = await Open().EnsureAsync(s_module, "wasmtime", "f", Token);
        var wasmer = await Open().EnsureAsync(s_module, "wasmer", "f", Token);
        _compiler.Fingerprint = "engine 2";
        var newer = await Open().EnsureAsync(s_module, "wasmtime", "f", Token);
        Assert.Equal(3, new[] { wasmtime.Path, wasmer.Path, newer.Path }.Distinct().Count());
        Assert.Equal(3, _compiler.Compilations);
    }

    [Fact]
    public async Task EnsureAsync_DeployedVersion_IsMadeLazilyFromTheStoredModule()
    {
        using var store = FunctionStore.Open(_folder.Combine("data"), TimeProvider.System, _logger);
        var version = await store.AddAsync(Drafts.Compiled("f"), Token);
        var made = await Open().EnsureAsync(version, "wasmtime", Token);
        Assert.Equal("native:\0asm stands in", await File.ReadAllTextAsync(made.Path!, Token));

        var script = await store.AddAsync(Drafts.Script("s"), Token);
        Assert.Equal(script.SourcePath, (await Open().EnsureAsync(script, "wasmtime", Token)).Path);
    }

    [Fact]
    public async Task EnsureAsync_StoredModuleChanged_IsRefused()
    {
        using var store = FunctionStore.Open(_folder.Combine("data"), TimeProvider.System, _logger);
        var version = await store.AddAsync(Drafts.Compiled("f"), Token);
        await File.WriteAllTextAsync(version.ModulePath!, "\0asm something else", Token);
        var made = await Open().EnsureAsync(version, "wasmtime", Token);
        Assert.Equal(DeployErrorCodes.InternalError, made.Error?.Code);
        Assert.Equal(0, _compiler.Compilations);
    }

    [Theory]
    [InlineData("content")]
    [InlineData("same length and time")]
    [InlineData("mark")]
    [InlineData("no mark")]
    [InlineData("mark of another")]
    [InlineData("key")]
    [InlineData("key readable by others")]
    public async Task EnsureAsync_EntryNotOurs_IsMadeAgain(string tampering)
    {
        var warm = Open();
        var path = (await warm.EnsureAsync(s_module, "wasmtime", "f", Token)).Path!;
        var other = (await warm.EnsureAsync("\0asm two"u8.ToArray(), "wasmtime", "f", Token)).Path!;
        var key = _folder.Combine("data/secret.key");
        switch (tampering)
        {
            case "content":
                await File.AppendAllTextAsync(path, "x", Token);
                break;
            case "same length and time":
                var time = File.GetLastWriteTimeUtc(path);
                var bytes = await File.ReadAllBytesAsync(path, Token);
                bytes[^1] ^= 1;
                await File.WriteAllBytesAsync(path, bytes, Token);
                File.SetLastWriteTimeUtc(path, time);
                Assert.False(warm.VerifyArtifact(path));
                break;
            case "mark":
                await File.WriteAllBytesAsync(path + ".mac", new byte[32], Token);
                break;
            case "no mark":
                File.Delete(path + ".mac");
                break;
            case "mark of another":
                File.Copy(other, path, overwrite: true);
                File.Copy(other + ".mac", path + ".mac", overwrite: true);
                break;
            case "key":
                File.Delete(key);
                break;
            case "key readable by others":
                File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
                break;
            default:
                Assert.Fail(tampering);
                break;
        }

        var fresh = Open(); // A process that has verified nothing yet.
        Assert.False(fresh.VerifyArtifact(path));
        Assert.Equal(path, (await fresh.EnsureAsync(s_module, "wasmtime", "f", Token)).Path);
        Assert.Equal(3, _compiler.Compilations);
        Assert.Equal("native:\0asm one", await File.ReadAllTextAsync(path, Token));
        Assert.True(fresh.VerifyArtifact(path));
        Assert.Contains(_logger.Entries, entry => entry.EventId == 4350);
    }

    [Fact]
    public async Task EnsureAsync_RefusedModule_IsInvalidWasm()
    {
        var made = await Open().EnsureAsync("bad"u8.ToArray(), "wasmtime", "f", Token);
        Assert.Equal(DeployErrorCodes.InvalidWasm, made.Error?.Code);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Combine("data/staging")));
    }

    [Fact]
    public async Task EnsureAsync_EngineMissing_IsRuntimeMissing() =>
        Assert.Equal(DeployErrorCodes.RuntimeMissing, (await Open().EnsureAsync(s_module, "missing", "f", Token)).Error?.Code);

    [Fact]
    public async Task Trim_PastTheSize_RemovesTheOldest()
    {
        var cache = Open();
        var old = (await cache.EnsureAsync(s_module, "wasmtime", "f", Token)).Path!;
        foreach (var file in new[] { old, old + ".mac" })
        {
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        }

        var recent = (await cache.EnsureAsync("\0asm two"u8.ToArray(), "wasmtime", "f", Token)).Path!;
        cache.Artifacts.Trim(new FileInfo(recent).Length + InstallationKey.Bytes);
        Assert.False(File.Exists(old));
        Assert.True(cache.VerifyArtifact(recent));
    }

    private NativeCodeCache Open()
    {
        var data = DataDirectory.Create(_folder.Combine("data"));
        return new NativeCodeCache(data, new ArtifactCache(data), _compiler, _logger);
    }
}
