namespace Faas.Supervisor.Options;

/// <summary>How many workers of the pool run one WASM engine.</summary>
/// <param name="Name">The backend as the worker announces it (<c>wasmtime</c>, <c>wasmer</c>), lower case.</param>
/// <param name="Count">Worker processes with this engine; at least 1.</param>
public readonly record struct BackendShare(string Name, int Count);
