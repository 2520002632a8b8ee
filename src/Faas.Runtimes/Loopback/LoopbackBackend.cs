using Faas.Protocol.Contracts;

namespace Faas.Runtimes.Loopback;

/// <summary>
/// No engine: output is the input. The rung of the performance ladder below every engine, a double in tests, and the
/// proof that the plug-in point needs no WASM.
/// </summary>
public sealed class LoopbackBackend : IRuntimeBackend
{
    /// <inheritdoc/>
    public string Name => "loopback";

    /// <inheritdoc/>
    public string Version => "loopback";

    /// <inheritdoc/>
    public BackendCapabilities Capabilities => BackendCapabilities.Deadline;

    /// <inheritdoc/>
    public bool RunsOnSlotThread => true;

    /// <inheritdoc/>
    public IRuntimeModule Load(ModuleDescriptor descriptor) => new LoopbackModule();

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
