using Faas.Protocol.Contracts;

namespace Faas.Runtimes;

/// <summary>
/// The plug-in point: an engine or a family of interpreters. One object a worker process, made by
/// <see cref="BackendCatalog"/>, alive until the process ends. To add one: a folder here, one line in
/// <see cref="BackendCatalog"/>, one subclass of the conformance tests.
/// </summary>
public interface IRuntimeBackend : IDisposable
{
    /// <summary>Lower-case name as used by <c>--backend</c> and in receipts.</summary>
    string Name { get; }

    /// <summary>Library and version for the log and the banner, for example <c>wasmtime 50.0.1</c>.</summary>
    string Version { get; }

    /// <summary>What this backend enforces by itself.</summary>
    BackendCapabilities Capabilities { get; }

    /// <summary>
    /// True when the guest's own instructions run on the calling thread, so that a quick guest costs no hand-over;
    /// false when the thread only waits for another process.
    /// </summary>
    bool RunsOnSlotThread { get; }

    /// <summary>
    /// Makes a function ready. Called on a slot thread, at most once at a time for one descriptor.
    /// </summary>
    /// <exception cref="ModuleLoadException">The file is missing or refused; carries the status to answer.</exception>
    IRuntimeModule Load(ModuleDescriptor descriptor);
}
