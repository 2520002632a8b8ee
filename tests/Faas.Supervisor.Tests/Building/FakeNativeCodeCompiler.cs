using Faas.Supervisor.Building;

namespace Faas.Supervisor.Tests.Building;

/// <summary>Stands in for the worker process: native code is the module behind a prefix, and a module that starts with "bad" is refused.</summary>
internal sealed class FakeNativeCodeCompiler : INativeCodeCompiler
{
    private int _compilations;

    public int Compilations => _compilations;

    public string Fingerprint { get; set; } = "engine 1";

    /// <summary>Awaited in each compilation.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public Task<string> GetFingerprintAsync(string backend, CancellationToken cancellationToken) =>
        backend == "missing"
            ? throw new NativeCompilerException(DeployErrorCodes.RuntimeMissing, "no such engine")
            : Task.FromResult(Fingerprint);

    public async Task<string?> CompileAsync(string backend, string modulePath, string outputPath, string owner, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _compilations);
        await Gate;
        var module = await File.ReadAllBytesAsync(modulePath, cancellationToken);
        if (module.AsSpan().StartsWith("bad"u8))
        {
            return "not a module";
        }

        await File.WriteAllBytesAsync(outputPath, [.. "native:"u8, .. module], cancellationToken);
        return null;
    }
}
