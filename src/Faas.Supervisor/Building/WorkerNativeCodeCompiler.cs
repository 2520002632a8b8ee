using System.Globalization;
using System.Runtime.InteropServices;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Building;

/// <summary>
/// Runs <c>faas-worker compile</c> and <c>faas-worker fingerprint</c>, once for each module, like a compiler: limited and
/// shut in. Exit code 0 is success, 2 refuses the module.
/// </summary>
internal sealed class WorkerNativeCodeCompiler : INativeCodeCompiler
{
    private const int ExitRefused = 2;
    private const int SignalBase = 128; // as shells and bwrap say that a signal ended a program

    private readonly string _worker;
    private readonly DataDirectory _data;
    private readonly ToolRunner _runner;
    private readonly IReadOnlyList<string> _folders;
    private readonly string[] _settings;
    private readonly Dictionary<string, string> _environment = [];

    /// <param name="data">Where scratch files go.</param>
    /// <param name="runner">Shared with the other compilers: they share the processor too.</param>
    /// <param name="workerProgram">Path of <c>faas-worker</c>.</param>
    /// <param name="libraryFolders">Folders outside the system's and the program's own where the engines' libraries are.</param>
    /// <param name="settings">As serving workers get them: native code depends on the library that makes it.</param>
    internal WorkerNativeCodeCompiler(DataDirectory data, ToolRunner runner, string workerProgram, IReadOnlyList<string> libraryFolders, IReadOnlyDictionary<string, string> settings)
    {
        _data = data;
        _runner = runner;
        _worker = Path.GetFullPath(workerProgram);
        _settings = [.. settings.SelectMany(setting => (string[])[$"--set-{setting.Key}", setting.Value])];
        _folders =
        [
            Path.GetDirectoryName(_worker)!,
            .. libraryFolders,
            .. settings.Values.Where(value => Path.IsPathRooted(value) && File.Exists(value)).Select(value => Path.GetDirectoryName(value)!),
        ];
        if (File.Exists(Path.ChangeExtension(_worker, ".dll")) || File.Exists(_worker + ".dll"))
        {
            // Built without ahead-of-time compilation: it needs the .NET that we run on.
            var dotnet = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
            _folders = [.. _folders, dotnet];
            _environment["DOTNET_ROOT"] = dotnet;
            _environment["DOTNET_EnableDiagnostics"] = "0";
        }
    }

    public async Task<string> GetFingerprintAsync(string backend, CancellationToken cancellationToken)
    {
        var folder = _data.CreateTemporaryFolder("fingerprint");
        try
        {
            var result = await RunAsync(folder, ["fingerprint", "--backend", backend], null, cancellationToken);
            return result.IsSuccess && result.Output.Trim() is { Length: > 0 } line ? line : throw Unusable(result);
        }
        finally
        {
            FunctionFolder.TryRemove(folder);
        }
    }

    public async Task<string?> CompileAsync(string backend, string modulePath, string outputPath, string owner, CancellationToken cancellationToken)
    {
        var folder = Path.GetDirectoryName(modulePath)!;
        if (Path.GetDirectoryName(outputPath) != folder)
        {
            throw new ArgumentException("the output belongs into the module's folder", nameof(outputPath));
        }

        var result = await RunAsync(folder, ["compile", "--backend", backend, Path.GetFileName(modulePath), Path.GetFileName(outputPath)], owner, cancellationToken);
        if (result.End == ToolEnd.TimedOut)
        {
            throw new NativeCompilerException(DeployErrorCodes.InvalidWasm, "making native code of this module took too long: make it smaller");
        }

        if (result is { End: ToolEnd.Exited, ExitCode: ExitRefused })
        {
            return result.Output.Trim() is { Length: > 0 } reason ? reason : "the engine refused the module";
        }

        if (result is { End: ToolEnd.Exited, ExitCode: > SignalBase })
        {
            // What the engine's compiler does when memory or stack runs out: with each of these limits it was the module's doing.
            throw new NativeCompilerException(
                DeployErrorCodes.InvalidWasm,
                string.Create(CultureInfo.InvariantCulture, $"the engine's compiler was ended by signal {result.ExitCode - SignalBase} on this module, which takes more memory than it may have: make it smaller"));
        }

        return result.IsSuccess && new FileInfo(outputPath) is { Exists: true, LinkTarget: null } ? null : throw Unusable(result);
    }

    private async Task<ToolResult> RunAsync(string folder, IReadOnlyList<string> arguments, string? owner, CancellationToken cancellationToken)
    {
        if (!File.Exists(_worker))
        {
            throw new NativeCompilerException(DeployErrorCodes.RuntimeMissing, $"{Path.GetFileName(_worker)} is missing: build it with scripts/build");
        }

        var command = new ToolCommand { Executable = _worker, Arguments = [.. arguments, .. _settings], Folder = folder, ReadOnlyFolders = _folders, Environment = _environment, Owner = owner };
        return await _runner.RunAsync(command, cancellationToken);
    }

    private static NativeCompilerException Unusable(ToolResult result) =>
        new(
            DeployErrorCodes.InternalError,
            $"the worker program could not make native code ({result.End}, exit code {result.ExitCode}): {result.Output.Trim()}");
}
