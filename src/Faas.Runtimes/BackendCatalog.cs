using System.Collections.Frozen;
using Faas.Protocol.Contracts;
using Faas.Runtimes.Loopback;
using Faas.Runtimes.Native;
using Faas.Runtimes.Native.Node;
using Faas.Runtimes.Native.Php;
using Faas.Runtimes.Native.Python;
using Faas.Runtimes.WasmC;
using Faas.Runtimes.Wasmtime;

namespace Faas.Runtimes;

/// <summary>The backends this build knows, by name. One line a backend.</summary>
public static class BackendCatalog
{
    private static readonly FrozenDictionary<string, Func<BackendOptions, IRuntimeBackend>> s_factories =
        new Dictionary<string, Func<BackendOptions, IRuntimeBackend>>(StringComparer.OrdinalIgnoreCase)
        {
            ["wasmtime"] = static options => new WasmtimeBackend(options),
            ["wasmer"] = static options => new WasmCBackend(options),
            ["loopback"] = static _ => new LoopbackBackend(),
            ["node"] = static options => new InterpreterBackend(new NodeLanguage(), options),
            ["php"] = static options => new InterpreterBackend(new PhpLanguage(), options),
            ["python"] = static options => new InterpreterBackend(new PythonLanguage(), options),
        }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Known names, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_factories.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Name of the backend that runs an interpreted language.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="kind"/> is WASM: its engine is chosen by <c>--backend</c>.</exception>
    public static string InterpreterFor(ModuleKind kind) => kind switch
    {
        ModuleKind.JavaScript => "node",
        ModuleKind.Python => "python",
        ModuleKind.Php => "php",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not an interpreted language"),
    };

    /// <summary>Starts a backend.</summary>
    /// <exception cref="ArgumentException">The name is unknown; the message lists the known ones.</exception>
    public static IRuntimeBackend Create(string name, BackendOptions options) =>
        s_factories.TryGetValue(name, out var factory)
            ? factory(options)
            : throw new ArgumentException($"unknown backend '{name}'; known: {string.Join(", ", Names)}", nameof(name));
}
