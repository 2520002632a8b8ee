using System.Collections.Concurrent;
using System.Security.Cryptography;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Telemetry;

namespace Faas.Supervisor.Building;

/// <summary>
/// Native code per module, backend and backend fingerprint, made at deploy, or at first use after the engine changed.
/// Equal modules share it. A file that this installation did not write is made again, never handed out. Thread-safe.
/// </summary>
public sealed class NativeCodeCache
{
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> _fingerprints = new(StringComparer.Ordinal);
    private readonly SharedWork<NativeCode> _work = new();
    private readonly ConcurrentDictionary<(string ModuleSha256, string Backend), string> _ready = new();
    private readonly DataDirectory _data;
    private readonly INativeCodeCompiler _compiler;
    private readonly ILogger _logger;

    internal NativeCodeCache(DataDirectory data, ArtifactCache artifacts, INativeCodeCompiler compiler, ILogger logger)
    {
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

        return new(EnsureAsync(hash, backend, () => File.ReadAllBytes(version.ModulePath!), cancellationToken));
    }

    /// <summary>The same for a module that is not deployed yet: checks it, and says why it is refused.</summary>
    public Task<NativeCode> EnsureAsync(ReadOnlyMemory<byte> module, string backend, CancellationToken cancellationToken) =>
        EnsureAsync(Convert.ToHexStringLower(SHA256.HashData(module.Span)), backend, module.ToArray, cancellationToken);

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

    /// <summary>True when this installation wrote the file and it has not changed since.</summary>
    public bool VerifyArtifact(string path) => Artifacts.Verify(path);

    private async Task<NativeCode> EnsureAsync(string hash, string backend, Func<byte[]> read, CancellationToken cancellationToken)
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
            var made = await _work.RunAsync(name, token => CompileAsync(name, hash, backend, read, token), cancellationToken);
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

    private async Task<NativeCode> CompileAsync(string name, string hash, string backend, Func<byte[]> read, CancellationToken cancellationToken)
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
            var module = read();
            if (Convert.ToHexStringLower(SHA256.HashData(module)) != hash)
            {
                return new NativeCode(null, new DeployError(DeployErrorCodes.InternalError, "the stored module is damaged: deploy the function again"));
            }

            var input = Path.Combine(folder, "module.wasm");
            var output = Path.Combine(folder, "module.cwasm");
            DurableFiles.WriteUnflushed(input, module);
            var refusal = await _compiler.CompileAsync(backend, input, output, cancellationToken);
            return refusal is null
                ? new NativeCode(Artifacts.Add(name, output), null)
                : new NativeCode(null, new DeployError(DeployErrorCodes.InvalidWasm, refusal));
        }
        catch (NativeCompilerException exception)
        {
            return new NativeCode(null, new DeployError(exception.Code, exception.Message));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            BuildingLog.CacheFailed(_logger, exception);
            return new NativeCode(null, new DeployError(DeployErrorCodes.InternalError, "native code could not be stored: see the supervisor's log"));
        }
        finally
        {
            FunctionFolder.TryRemove(folder);
        }
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
