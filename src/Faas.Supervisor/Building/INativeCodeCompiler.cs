namespace Faas.Supervisor.Building;

/// <summary>
/// Turns WASM modules into a backend's native code, in another process: the supervisor never loads an engine.
/// Thread-safe.
/// </summary>
public interface INativeCodeCompiler
{
    /// <summary>Everything besides the module that the native code depends on: engine version, settings, processor.</summary>
    /// <exception cref="NativeCompilerException">The worker program or the engine's library is missing or fails.</exception>
    Task<string> GetFingerprintAsync(string backend, CancellationToken cancellationToken);

    /// <summary>Checks a module and writes its native code.</summary>
    /// <param name="modulePath">Absolute path; binary, or text format.</param>
    /// <param name="outputPath">Absolute path in the same folder; created.</param>
    /// <param name="owner">Name of the function, whose turn it takes.</param>
    /// <returns>Null when it was written; otherwise why the module is refused.</returns>
    /// <exception cref="NativeCompilerException">The worker program or the engine's library is missing or fails.</exception>
    Task<string?> CompileAsync(string backend, string modulePath, string outputPath, string owner, CancellationToken cancellationToken);
}
