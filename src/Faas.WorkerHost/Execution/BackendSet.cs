using Faas.Protocol.Contracts;
using Faas.Runtimes;

namespace Faas.WorkerHost.Execution;

/// <summary>The backends of this process: the one WASM engine, started at once, and interpreters when first needed.</summary>
internal sealed class BackendSet(IRuntimeBackend wasm, Func<ModuleKind, IRuntimeBackend> startInterpreter) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ModuleKind, IRuntimeBackend> _interpreters = [];

    /// <summary>Backends of the catalog.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public BackendSet(string wasmBackend, BackendOptions options)
        : this(
            BackendCatalog.Create(wasmBackend, options),
            kind => BackendCatalog.Create(BackendCatalog.InterpreterFor(kind), options))
    {
    }

    public IRuntimeBackend Wasm { get; } = wasm;

    public IRuntimeBackend For(ModuleKind kind)
    {
        if (kind == ModuleKind.Wasm)
        {
            return Wasm;
        }

        lock (_gate)
        {
            if (!_interpreters.TryGetValue(kind, out var backend))
            {
                backend = startInterpreter(kind);
                _interpreters.Add(kind, backend);
            }

            return backend;
        }
    }

    public void Dispose()
    {
        Wasm.Dispose();
        foreach (var backend in _interpreters.Values)
        {
            backend.Dispose();
        }
    }
}
