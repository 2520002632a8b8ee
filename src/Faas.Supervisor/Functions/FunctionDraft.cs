using Faas.Protocol.Contracts;

namespace Faas.Supervisor.Functions;

/// <summary>A function that is built and checked, and only needs an id and a place on disk.</summary>
public sealed record FunctionDraft
{
    /// <summary>A valid <see cref="FunctionName"/>.</summary>
    public required string Name { get; init; }

    /// <summary>One of <see cref="FunctionLanguages.All"/>.</summary>
    public required string Language { get; init; }

    /// <summary>What the user sent. Not empty.</summary>
    public required ReadOnlyMemory<byte> Source { get; init; }

    internal static readonly IReadOnlyDictionary<string, ReadOnlyMemory<byte>> NoFiles =
        System.Collections.Frozen.FrozenDictionary<string, ReadOnlyMemory<byte>>.Empty;

    /// <summary>The other files of an archive by relative name; what is run is the source.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files { get; init; } = NoFiles;

    /// <summary>The compiled WASM module of C, C++, Rust and Go; empty for the others.</summary>
    public ReadOnlyMemory<byte> Module { get; init; }

    public InvocationLimits Limits { get; init; } = InvocationLimits.Default;

    /// <summary>The backend this function must run on; null = any.</summary>
    public string? Backend { get; init; }

    /// <summary>The function's own environment variables, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>True when an invocation may be repeated after a worker crash.</summary>
    public bool Idempotent { get; init; }

    /// <summary>Most invocations of this function at a time; null = no limit of its own.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Attempts after the first failed one of an asynchronous invocation that does not say otherwise.</summary>
    public int Retries { get; init; }

    /// <summary>Deploy-time options that only some backends read.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = FunctionVersion.NoOptions;

    /// <summary>What people sort functions by.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = FunctionVersion.NoOptions;

    /// <summary>Names of the secrets it sees in its environment.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>When it runs by itself; null = never.</summary>
    public FunctionSchedule? Schedule { get; init; }

    /// <summary>Wall-clock time of compilation, for the answer and the list.</summary>
    public long CompileMs { get; init; }
}
