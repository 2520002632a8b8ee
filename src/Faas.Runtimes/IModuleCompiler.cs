namespace Faas.Runtimes;

/// <summary>
/// Implemented by backends with <see cref="Faas.Protocol.Contracts.BackendCapabilities.Precompiled"/>: turns a
/// WASM binary into the file that <see cref="IRuntimeBackend.Load"/> takes. Runs once at deploy, in a process of its own.
/// </summary>
public interface IModuleCompiler
{
    /// <summary>
    /// Everything besides the module's bytes that the native code depends on: engine version, settings, CPU features.
    /// Part of the cache key.
    /// </summary>
    string Fingerprint { get; }

    /// <summary>Checks imports and exports and produces native code.</summary>
    /// <param name="wasm">A binary module, or text format when it does not start with <c>\0asm</c>.</param>
    /// <returns>Native code of this backend.</returns>
    /// <exception cref="ModuleLoadException">Invalid, or imports what the worker does not provide; the message says what.</exception>
    byte[] Compile(ReadOnlySpan<byte> wasm);
}
