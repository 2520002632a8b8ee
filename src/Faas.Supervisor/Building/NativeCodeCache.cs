using System.Collections.Concurrent;
using System.Security.Cryptography;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Invocations;
using Faas.Supervisor.Telemetry;

namespace Faas.Supervisor.Building;

/// <summary>
/// Native code per module, backend and backend fingerprint, made at deploy, or at first use after the engine changed.
/// Equal modules share it. A file that this installation did not write is made again, never handed out. Thread-safe.
/// </summary>
public sealed class NativeCodeCache : IFunctionCode
{
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _fingerprints = new(StringComparer.Ordinal);
    private readonly SharedWork<NativeCode> _work = new();
    private readonly ConcurrentDictionary<(string ModuleSha256, string Backend), string> _ready = new();
    private readonly DataDirectory _data;
    private readonly INativeCodeCompiler _compiler;
    private readonly ILogger _logger;
    private readonly FunctionBuilder? _builder;

    /// <param name="data">The folder.</param>
    /// <param name="artifacts">Where native code is kept.</param>
    /// <param name="compiler">Makes it.</param>
    /// <param name="logger">Of this room.</param>
    /// <param name="builder">Builds a damaged module again from its source; null never does.</param>
    internal NativeCodeCache(DataDirectory data, ArtifactCache artifacts, INativeCodeCompiler compiler, ILogger logger, FunctionBuilder? builder = null)
    {
        _builder = builder;
        _data = data;
        Artifacts = artifacts;
        _compiler = compiler;
        _logger = logger;
    }

    internal ArtifactCache Artifacts { get; }

    internal BuildMetrics Metrics { get; } = new();

    /// <summary>
    /// The file a worker with this backend loads for a function: native code, made if need be; for interpreters the source.
    /// Completes at once when it is there.
    /// </summary>
    public ValueTask<NativeCode> EnsureAsync(FunctionVersion version, string backend, CancellationToken cancellationToken)
    {
        if (version.ModuleSha256 is not { } hash)
        {
            return new(new NativeCode(version.SourcePath, null));
        }

        if (_ready.TryGetValue((hash, backend), out var path) && Artifacts.Verify(path))
        {
            Metrics.RecordHit();
            return new(new NativeCode(path, null));
        }

        return new(EnsureAsync(hash, backend, version.Name, token => ReadModuleAsync(version, hash, token), cancellationToken));
    }

    /// <summary>The same for a module that is not deployed yet: checks it, and says why it is refused.</summary>
    /// <param name="module">The module.</param>
    /// <param name="backend">For which.</param>
    /// <param name="owner">Name of the function, whose turn it takes (<see cref="CompileGate"/>).</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<NativeCode> EnsureAsync(ReadOnlyMemory<byte> module, string backend, string owner, CancellationToken cancellationToken) =>
        EnsureAsync(Convert.ToHexStringLower(SHA256.HashData(module.Span)), backend, owner, _ => Task.FromResult(module.ToArray()), cancellationToken);

    /// <summary>Asks for the backend's fingerprint, which is then known for the life of this process.</summary>
    internal async Task<DeployError?> WarmUpAsync(string backend, CancellationToken cancellationToken)
    {
        try
        {
            await GetFingerprintAsync(backend).WaitAsync(cancellationToken);
            return null;
        }
        catch (NativeCompilerException exception)
        {
            return new DeployError(exception.Code, exception.Message);
        }
    }

    async ValueTask<CodeResult> IFunctionCode.ResolveAsync(FunctionVersion function, string backend, CancellationToken cancellationToken)
    {
        var code = await EnsureAsync(function, backend, cancellationToken);
        return code.Error is not { } error
            ? new CodeResult(code.Path, InvocationEnd.Ok, null)
            : new CodeResult(null, EndOf(error.Code), error.Message);
    }

    private static InvocationEnd EndOf(string code) => code switch
    {
        DeployErrorCodes.RuntimeMissing => InvocationEnd.RuntimeMissing,
        DeployErrorCodes.StorageFailed => InvocationEnd.StorageFailed,
        _ => InvocationEnd.InvalidModule,
    };

    /// <summary>True when this installation wrote the file and it has not changed since.</summary>
    public bool VerifyArtifact(string path) => Artifacts.Verify(path);

    private async Task<NativeCode> EnsureAsync(string hash, string backend, string owner, Func<CancellationToken, Task<byte[]>> read, CancellationToken cancellationToken)
    {
        string fingerprint;
        try
        {
            fingerprint = await GetFingerprintAsync(backend).WaitAsync(cancellationToken);
        }
        catch (NativeCompilerException exception)
        {
            return new NativeCode(null, new DeployError(exception.Code, exception.Message));
        }

        var name = ArtifactCache.NameOf(".cwasm", "native 1", hash, backend, fingerprint);
        var path = Artifacts.PathOf(name);
        if (!Artifacts.Verify(path))
        {
            var made = await _work.RunAsync(name, token => CompileAsync(name, hash, backend, owner, read, token), cancellationToken);
            Metrics.RecordMiss(made.IsReady);
            if (!made.IsReady)
            {
                return made;
            }
        }
        else
        {
            Metrics.RecordHit();
        }

        _ready[(hash, backend)] = path;
        return new NativeCode(path, null);
    }

    private async Task<NativeCode> CompileAsync(string name, string hash, string backend, string owner, Func<CancellationToken, Task<byte[]>> read, CancellationToken cancellationToken)
    {
        var path = Artifacts.PathOf(name);
        if (Artifacts.Verify(path))
        {
            return new NativeCode(path, null); // Finished between the caller's look and ours.
        }

        if (File.Exists(path))
        {
            BuildingLog.NotOurs(_logger, name);
        }

        var folder = _data.CreateTemporaryFolder("native");
        try
        {
            var module = await read(cancellationToken);
            if (!IsIntact(module, hash))
            {
                return new NativeCode(null, new DeployError(DeployErrorCodes.InternalError, "the stored module is damaged: deploy the function again"));
            }

            var input = Path.Combine(folder, "module.wasm");
            var output = Path.Combine(folder, "module.cwasm");
            DurableFiles.WriteUnflushed(input, module);
            var refusal = await _compiler.CompileAsync(backend, input, output, owner, cancellationToken);
            return refusal is null
                ? new NativeCode(Artifacts.Add(name, output), null)
                : new NativeCode(null, new DeployError(DeployErrorCodes.InvalidWasm, refusal));
        }
        catch (NativeCompilerException exception) when (exception.Code != DeployErrorCodes.InternalError || DurableFiles.TakesFiles(folder))
        {
            return new NativeCode(null, new DeployError(exception.Code, exception.Message));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or StorageFailedException or NativeCompilerException)
        {
            BuildingLog.CacheFailed(_logger, exception);
            return new NativeCode(null, new DeployError(DeployErrorCodes.StorageFailed, "native code could not be written to the disk: see the server's log, and whether the disk is full"));
        }
        finally
        {
            FunctionFolder.TryRemove(folder);
        }
    }

    private static bool IsIntact(ReadOnlyMemory<byte> module, string hash) => Convert.ToHexStringLower(SHA256.HashData(module.Span)) == hash;

    /// <summary>The module as it is stored; one that is damaged or missing is built again from the source beside it, and stored.</summary>
    /// <returns>Something that is not intact when that does not give the same module: another compiler would be another function.</returns>
    private async Task<byte[]> ReadModuleAsync(FunctionVersion version, string hash, CancellationToken cancellationToken)
    {
        var path = version.ModulePath!;
        var module = File.Exists(path) ? await File.ReadAllBytesAsync(path, cancellationToken) : [];
        if (IsIntact(module, hash) || _builder is null || version.Language == FunctionLanguages.Wasm)
        {
            return module;
        }

        var source = await File.ReadAllBytesAsync(version.SourcePath, cancellationToken);
        var files = version.FilesPath is not { } root
            ? FunctionDraft.NoFiles
            : Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .ToDictionary(file => Path.GetRelativePath(root, file), file => (ReadOnlyMemory<byte>)File.ReadAllBytes(file), StringComparer.Ordinal);
        var outcome = await _builder.BuildAsync(new BuildRequest(version.Language, source) { Files = files, Owner = version.Name }, cancellationToken);
        if (!outcome.IsBuilt || !IsIntact(outcome.Module, hash))
        {
            return module;
        }

        BuildingLog.ModuleRebuilt(_logger, version.Id);
        var folder = _data.CreateTemporaryFolder("module");
        try
        {
            var staged = Path.Combine(folder, FunctionFolder.ModuleFileName);
            DurableFiles.Write(staged, outcome.Module.Span);
            File.Move(staged, path, overwrite: true);
        }
        finally
        {
            FunctionFolder.TryRemove(folder);
        }

        return outcome.Module.ToArray();
    }

    private async Task<string> GetFingerprintAsync(string backend)
    {
        var work = _fingerprints.GetOrAdd(backend, name => new Lazy<Task<string>>(() => _compiler.GetFingerprintAsync(name, CancellationToken.None)));
        try
        {
            return await work.Value;
        }
        catch
        {
            _fingerprints.TryRemove(KeyValuePair.Create(backend, work)); // What was missing may be there next time.
            throw;
        }
    }
}
