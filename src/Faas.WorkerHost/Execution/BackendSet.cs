using Faas.Protocol.Contracts;
using Faas.Runtimes;

namespace Faas.WorkerHost.Execution;

/// <summary>The backends of this process: the one WASM engine, started at once, and interpreters when first needed.</summary>
internal sealed class BackendSet(string wasmBackend, BackendOptions options) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<ModuleKind, IRuntimeBackend> _interpreters = [];

    public IRuntimeBackend Wasm { get; } = BackendCatalog.Create(wasmBackend, options);

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
                backend = BackendCatalog.Create(BackendCatalog.InterpreterFor(kind), options);
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
