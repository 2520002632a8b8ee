using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Building;

/// <summary>
/// Source to WASM module. Which compiler this machine has is found out at the first build of each language that finds one
/// and remembered while its program is there; equal source for an equal compiler is built once. Thread-safe.
/// </summary>
public sealed class FunctionBuilder
{
    private const long MaxModuleBytes = 256L << 20; // Far above what any of the compilers makes of one file (Go: 2 to 10 MB).

    private readonly FrozenDictionary<string, ICompiler> _compilers;
    private readonly Dictionary<string, Task<Search>> _found = new(StringComparer.Ordinal); // under _gate
    private readonly SharedWork<BuildOutcome> _work = new();
    private readonly Lock _gate = new();
    private readonly DataDirectory _data;
    private readonly ArtifactCache _artifacts;
    private readonly ToolSearch _search;
    private readonly ToolRunner _runner;
    private readonly ILogger _logger;
    private readonly FrozenDictionary<string, CompilerCache> _caches;

    internal FunctionBuilder(DataDirectory data, ArtifactCache artifacts, ToolSearch search, ToolRunner runner, ILogger logger)
    {
        _data = data;
        _artifacts = artifacts;
        _search = search;
        _logger = logger;
        _runner = runner;
        _compilers = ((ICompiler[])[new CCompiler(), new CppCompiler(), new RustCompiler(), new GoCompiler()])
            .ToFrozenDictionary(compiler => compiler.Language, StringComparer.Ordinal);
        _caches = _compilers.Keys.ToFrozenDictionary(
            language => language, language => new CompilerCache(CacheFolder(language), TimeProvider.System, logger), StringComparer.Ordinal);
    }

    /// <summary>True when compilers run in a sandbox on this machine.</summary>
    public Task<bool> IsSandboxedAsync() => _runner.IsSandboxedAsync();

    /// <summary>Why compilers, and interpreters with them, have no sandbox on this machine; null when they have.</summary>
    public Task<string?> SandboxProblemAsync() => _runner.SandboxProblemAsync();

    /// <summary>
    /// Looks for a language's compiler and fills its caches, so that the first deploy does not wait for it.
    /// </summary>
    /// <returns>False when there is none.</returns>
    public async Task<bool> WarmUpAsync(string language, CancellationToken cancellationToken) =>
        (await FindAsync(_compilers[language]).WaitAsync(cancellationToken)).Found is not null;

    /// <summary>Builds. What a user can cause is in the outcome, never an exception.</summary>
    /// <exception cref="StorageFailedException">The disk; or <see cref="IOException"/>.</exception>
    public async Task<BuildOutcome> BuildAsync(BuildRequest request, CancellationToken cancellationToken)
    {
        if (request.Source.IsEmpty)
        {
            return Failed(DeployErrorCodes.BadRequest, "the source is empty: send it as the body");
        }

        if (request.Language == FunctionLanguages.Wasm)
        {
            return new BuildOutcome { Module = request.Source.ToArray() }; // The engine checks it when it makes native code.
        }

        if (!_compilers.TryGetValue(request.Language, out var compiler))
        {
            return Failed(DeployErrorCodes.UnknownLanguage, $"'{request.Language}' is not compiled; compiled are {string.Join(", ", _compilers.Keys.Order())}");
        }

        var search = await FindAsync(compiler).WaitAsync(cancellationToken);
        if (search.Found is not { } found)
        {
            return search.Refused is { } refused
                ? Failed(DeployErrorCodes.ToolchainMissing, $"{Path.GetFileName(refused)} is installed and could not compile a trial program; {compiler.Remedy}", search.Said)
                : Failed(DeployErrorCodes.ToolchainMissing, compiler.Remedy);
        }

        // A copy: the work may outlive this caller, whose buffer may be used again, and what is cached must be what was hashed.
        request = request with
        {
            Source = request.Source.ToArray(),
            Files = request.Files.ToDictionary(file => file.Key, file => (ReadOnlyMemory<byte>)file.Value.ToArray(), StringComparer.Ordinal),
        };
        var name = NameOf(request, found);
        return await _work.RunAsync(name, token => BuildAsync(name, compiler, found.Toolchain, request, token), cancellationToken);
    }

    /// <summary>From everything that the module depends on.</summary>
    private static string NameOf(BuildRequest request, FoundToolchain found)
    {
        List<string> parts = ["module 1", request.Language, found.Identity, Convert.ToHexStringLower(SHA256.HashData(request.Source.Span))];
        foreach (var (name, content) in request.Files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            parts.Add(name);
            parts.Add(Convert.ToHexStringLower(SHA256.HashData(content.Span)));
        }

        return ArtifactCache.NameOf(".wasm", [.. parts]);
    }

    private async Task<BuildOutcome> BuildAsync(
        string name, ICompiler compiler, Toolchain toolchain, BuildRequest request, CancellationToken cancellationToken)
    {
        if (_artifacts.TryRead(name) is { } known)
        {
            return new BuildOutcome { Module = known, FromCache = true };
        }

        var folder = _data.CreateTemporaryFolder("build");
        try
        {
            var outcome = await CompileAsync(toolchain, folder, request, cancellationToken);
            _caches[compiler.Language].NoteBuild();
            if (outcome.IsBuilt)
            {
                _artifacts.Add(name, Path.Combine(folder, Toolchain.OutputFileName));
            }

            return outcome;
        }
        finally
        {
            FunctionFolder.TryRemove(folder);
        }
    }

    private string CacheFolder(string language) => Path.Combine(_data.Cache, language);

    private static BuildOutcome Failed(string code, string message, string? diagnostics = null) =>
        new() { Error = new DeployError(code, message, diagnostics) };

    private async Task<BuildOutcome> CompileAsync(
        Toolchain toolchain, string folder, BuildRequest request, CancellationToken cancellationToken)
    {
        foreach (var (name, content) in request.Files)
        {
            // Names were checked when the archive was read.
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            DurableFiles.WriteUnflushed(path, content.Span);
        }

        DurableFiles.WriteUnflushed(Path.Combine(folder, FunctionLanguages.SourceFileName(request.Language)), request.Source.Span);
        var command = toolchain.Command(folder, toolchain.ArgumentsFor(request.Files.Keys)) with { Owner = request.Owner };
        var result = await _runner.RunAsync(command, cancellationToken);
        var said = result.Output.Trim() is { Length: > 0 } text ? text : null;
        if (result.End == ToolEnd.TimedOut)
        {
            return Failed(
                DeployErrorCodes.CompileFailed,
                string.Create(CultureInfo.InvariantCulture, $"the compiler was stopped after {toolchain.TimeLimit.TotalSeconds:0} s"), said);
        }

        if (!result.IsSuccess && !DurableFiles.TakesFiles(folder))
        {
            throw new StorageFailedException("compile", new IOException("the folder where compilers work takes no more files"));
        }

        if (!result.IsSuccess)
        {
            return Failed(
                DeployErrorCodes.CompileFailed,
                string.Create(CultureInfo.InvariantCulture, $"the compiler ended with exit code {result.ExitCode}: see its diagnostics"), said);
        }

        var output = new FileInfo(Path.Combine(folder, Toolchain.OutputFileName));
        // A link would be followed out of the sandbox.
        return output is not { Exists: true, LinkTarget: null, Length: > 0 and <= MaxModuleBytes }
            ? Failed(DeployErrorCodes.CompileFailed, "the compiler made no module: is there a main function?", said)
            : new BuildOutcome { Module = await File.ReadAllBytesAsync(output.FullName, cancellationToken), Diagnostics = said };
    }

    /// <summary>
    /// The first candidate that compiles the trial program. Only one that was found is remembered: what could not be tried
    /// (a full disk) or was not there may be there next time.
    /// </summary>
    private Task<Search> FindAsync(ICompiler compiler)
    {
        lock (_gate)
        {
            if (!_found.TryGetValue(compiler.Language, out var finding)
                || (finding.IsCompleted && !(finding.IsCompletedSuccessfully && finding.Result.Found is { } found && File.Exists(found.Toolchain.Executable))))
            {
                _found[compiler.Language] = finding = Task.Run(() => ProbeAsync(compiler));
            }

            return finding;
        }
    }

    private async Task<Search> ProbeAsync(ICompiler compiler)
    {
        var search = new Search(null, null, null);
        _caches[compiler.Language].TrimAtStart();
        var trial = new BuildRequest(compiler.Language, Encoding.UTF8.GetBytes(compiler.TrialSource));
        foreach (var toolchain in compiler.Candidates(_search, CacheFolder(compiler.Language)))
        {
            var folder = _data.CreateTemporaryFolder("trial");
            try
            {
                var outcome = await CompileAsync(toolchain, folder, trial, CancellationToken.None);
                if (!outcome.IsBuilt)
                {
                    var said = outcome.Error.Diagnostics ?? outcome.Error.Message;
                    BuildingLog.ToolchainRefused(_logger, compiler.Language, toolchain.Executable, said);
                    search = search.Refused is null ? new Search(null, toolchain.Executable, said) : search;
                    continue;
                }

                var version = await _runner.RunAsync(toolchain.Command(folder, toolchain.VersionArguments), CancellationToken.None);
                BuildingLog.ToolchainFound(_logger, compiler.Language, toolchain.Executable);
                return new Search(new FoundToolchain(toolchain, string.Join('\n', [toolchain.Executable, version.Output, .. toolchain.Arguments])), null, null);
            }
            finally
            {
                FunctionFolder.TryRemove(folder);
            }
        }

        BuildingLog.ToolchainMissing(_logger, compiler.Language, compiler.Remedy);
        return search;
    }

    /// <param name="Found">The compiler; null when there is none.</param>
    /// <param name="Refused">Without one: the first program that was there and did not compile the trial program.</param>
    /// <param name="Said">What it said.</param>
    private sealed record Search(FoundToolchain? Found, string? Refused, string? Said);

    /// <param name="Toolchain">Works.</param>
    /// <param name="Identity">Everything its output depends on besides the source.</param>
    private sealed record FoundToolchain(Toolchain Toolchain, string Identity);
}
