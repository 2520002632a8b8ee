using System.Diagnostics;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Telemetry;

namespace Faas.Supervisor.Building;

/// <summary>From a request to a function that can be invoked: check, build, make native code, store. Thread-safe.</summary>
public sealed class Deployer : IDisposable
{
    // Past this the oldest cache entries are removed at start: about 40,000 modules of C size.
    private const long MaxCacheBytes = 4L << 30;

    private readonly FunctionStore _store;
    private readonly IReadOnlyList<string> _backends;
    private readonly ToolRunner _runner;

    internal Deployer(
        FunctionStore store, FunctionBuilder builder, NativeCodeCache nativeCode, ToolRunner runner, IReadOnlyList<string> backends)
    {
        Metrics = nativeCode.Metrics;
        _store = store;
        Builder = builder;
        NativeCode = nativeCode;
        _runner = runner;
        _backends = backends;
    }

    public FunctionBuilder Builder { get; }

    public NativeCodeCache NativeCode { get; }

    /// <summary>What deploys have cost.</summary>
    public BuildMetrics Metrics { get; }

    /// <summary>Puts a deployer together for a store. Before workers start: it trims the cache.</summary>
    /// <param name="store">Where functions go; outlives the deployer.</param>
    /// <param name="workerProgram">Path of <c>faas-worker</c>, which makes native code.</param>
    /// <param name="libraryFolders">Folders outside the system's and the program's own where the engines' libraries are.</param>
    /// <param name="backends">The WASM backends of this supervisor's workers: a function without a wish is prepared for all of them.</param>
    /// <param name="time">For the compilers' limits.</param>
    /// <param name="logger">For everything in this folder.</param>
    /// <param name="backendSettings">Settings by name as serving workers get them (<c>wasm-c-api-lib</c>); a library they name is readable.</param>
    /// <param name="groups">Folder of the cgroups of compilers; null where there are none.</param>
    public static Deployer Create(
        FunctionStore store,
        string workerProgram,
        IReadOnlyList<string> libraryFolders,
        IReadOnlyList<string> backends,
        TimeProvider time,
        ILogger logger,
        IReadOnlyDictionary<string, string>? backendSettings = null,
        string? groups = null)
    {
        var search = ToolSearch.FromEnvironment();
        var artifacts = new ArtifactCache(store.Data);
        artifacts.Trim(MaxCacheBytes);
        var runner = new ToolRunner(store.Data, search, time, logger, groups);
        var compiler = new WorkerNativeCodeCompiler(store.Data, runner, workerProgram, libraryFolders, backendSettings ?? FunctionVersion.NoOptions);
        var builder = new FunctionBuilder(store.Data, artifacts, search, runner, logger);
        return new Deployer(
            store,
            builder,
            new NativeCodeCache(store.Data, artifacts, compiler, logger, builder),
            runner,
            backends);
    }

    /// <summary>
    /// Does once what the first invocation of a WASM function would otherwise wait for: finds out whether the sandbox works
    /// and what the engines' fingerprints are. About 0.2 s in other processes; meant to run beside the start of the workers.
    /// </summary>
    /// <returns>Null, or why a backend cannot make native code.</returns>
    public async Task<DeployError?> WarmUpAsync(CancellationToken cancellationToken)
    {
        foreach (var backend in _backends)
        {
            if (await NativeCode.WarmUpAsync(backend, cancellationToken) is { } error)
            {
                return error;
            }
        }

        return null;
    }

    public void Dispose() => _runner.Dispose();

    /// <summary>Deploys. Durable and resolvable when it returns a function; what a user can cause is an error, never an exception.</summary>
    /// <exception cref="StorageFailedException">The disk; nothing was deployed.</exception>
    public Task<DeployResult> DeployAsync(DeployRequest request, CancellationToken cancellationToken) =>
        DeployAsync(request, ReadOnlyMemory<byte>.Empty, compileMs: null, cancellationToken);

    /// <summary>Makes a version of the same code with other settings: nothing is compiled.</summary>
    /// <param name="version">Whose code it is.</param>
    /// <param name="settings">Of the new version; its source and files are not looked at.</param>
    /// <param name="cancellationToken">Before it has begun.</param>
    /// <exception cref="IOException">The version was deleted meanwhile, or the disk.</exception>
    /// <exception cref="StorageFailedException">The disk.</exception>
    public async Task<DeployResult> ChangeAsync(FunctionVersion version, DeployRequest settings, CancellationToken cancellationToken)
    {
        var (source, module, files) = FunctionFolder.ReadCode(_store.Data, version);
        return await DeployAsync(settings with { Source = source, Files = files }, module, version.CompileMs, cancellationToken);
    }

    private async Task<DeployResult> DeployAsync(
        DeployRequest request, ReadOnlyMemory<byte> module, long? compileMs, CancellationToken cancellationToken)
    {
        if (Check(request) is { } refusal)
        {
            return new DeployResult(refusal);
        }

        try
        {
            var started = Stopwatch.GetTimestamp();
            if (FunctionLanguages.IsWasm(request.Language))
            {
                var fromCache = true;
                if (module.IsEmpty)
                {
                    var outcome = await Builder.BuildAsync(new BuildRequest(request.Language, request.Source) { Files = request.Files, Owner = request.Name }, cancellationToken);
                    if (!outcome.IsBuilt)
                    {
                        Metrics.RecordBuild(request.Language, outcome.Error.Code, Stopwatch.GetElapsedTime(started));
                        return new DeployResult(outcome.Error);
                    }

                    module = outcome.Module;
                    fromCache = outcome.FromCache;
                }

                foreach (var backend in request.Backend is { } wish ? [wish] : _backends)
                {
                    var native = await NativeCode.EnsureAsync(module, backend, request.Name, cancellationToken);
                    if (!native.IsReady)
                    {
                        Metrics.RecordBuild(request.Language, native.Error.Code, Stopwatch.GetElapsedTime(started));
                        return new DeployResult(native.Error);
                    }
                }

                Metrics.RecordBuild(request.Language, fromCache ? "cached" : "built", Stopwatch.GetElapsedTime(started));
            }

            var draft = new FunctionDraft
            {
                Name = request.Name,
                Language = request.Language,
                Source = request.Source,
                Files = request.Files,
                Module = request.Language == FunctionLanguages.Wasm ? default : module,
                Limits = request.Limits,
                Backend = request.Backend,
                Environment = request.Environment,
                Idempotent = request.Idempotent,
                Concurrency = request.Concurrency,
                Retries = request.Retries,
                Options = request.Options,
                Labels = request.Labels,
                Secrets = request.Secrets,
                Schedule = request.Schedule,
                CompileMs = compileMs ?? (module.IsEmpty ? 0 : (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds),
            };
            return new DeployResult(await _store.AddAsync(draft, cancellationToken));
        }
        catch (FunctionNameTakenException exception)
        {
            return new DeployResult(new DeployError(DeployErrorCodes.BadName, exception.Message));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StorageFailedException($"deploy {request.Name}", exception);
        }
    }

    private DeployError? Check(DeployRequest request)
    {
        if (!FunctionName.IsValid(request.Name))
        {
            return new DeployError(DeployErrorCodes.BadName, FunctionName.Rule);
        }

        if (!FunctionLanguages.IsKnown(request.Language))
        {
            return new DeployError(DeployErrorCodes.UnknownLanguage, $"known languages: {string.Join(", ", FunctionLanguages.All)}");
        }

        if (request.Source.IsEmpty)
        {
            return new DeployError(DeployErrorCodes.BadRequest, "the source is empty: send it as the body");
        }

        if (request.Limits.Timeout < TimeSpan.FromMilliseconds(1) || request.Limits.MemoryBytes <= 0 || request.Limits.OutputBytes <= 0 || request.Concurrency <= 0)
        {
            return new DeployError(DeployErrorCodes.BadRequest, "timeout, memory, output and concurrency are positive numbers");
        }

        if (request.Environment.Any(variable => variable.Key.Length == 0 || variable.Key.AsSpan().ContainsAny('=', '\0') || variable.Value.Contains('\0', StringComparison.Ordinal)))
        {
            return new DeployError(DeployErrorCodes.BadRequest, "an environment variable is NAME=VALUE, with a name and without zero characters");
        }

        return request.Backend is { } backend && FunctionLanguages.IsWasm(request.Language) && !_backends.Contains(backend, StringComparer.Ordinal)
            ? new DeployError(DeployErrorCodes.BadRequest, $"no worker has the backend '{backend}'; there are: {string.Join(", ", _backends)}")
            : null;
    }
}
