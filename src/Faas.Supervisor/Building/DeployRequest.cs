using Faas.Protocol.Contracts;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Building;

/// <summary>What a user asks to deploy; nothing is checked yet.</summary>
public sealed record DeployRequest
{
    public required string Name { get; init; }

    public required string Language { get; init; }

    public required ReadOnlyMemory<byte> Source { get; init; }

    /// <summary>The other files of an archive by relative name; what is run is the source.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files { get; init; } = FunctionDraft.NoFiles;

    public InvocationLimits Limits { get; init; } = InvocationLimits.Default;

    /// <summary>The backend it must run on; null = any of this supervisor's.</summary>
    public string? Backend { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    public bool Idempotent { get; init; }

    /// <summary>Most invocations at a time; null = no limit of its own.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Attempts after the first failed one of an asynchronous invocation that does not say otherwise.</summary>
    public int Retries { get; init; }

    public IReadOnlyDictionary<string, string> Options { get; init; } = FunctionVersion.NoOptions;

    /// <summary>What people sort functions by.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = FunctionVersion.NoOptions;

    /// <summary>Names of the secrets it sees in its environment.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>When it runs by itself; null = never.</summary>
    public FunctionSchedule? Schedule { get; init; }

    /// <summary>The settings of a version, for another of the same code. Without its source.</summary>
    public static DeployRequest From(FunctionVersion version) => new()
    {
        Name = version.Name,
        Language = version.Language,
        Source = default,
        Limits = version.Limits,
        Backend = version.Backend,
        Environment = version.Environment,
        Idempotent = version.Idempotent,
        Concurrency = version.Concurrency,
        Retries = version.Retries,
        Options = version.Options,
        Labels = version.Labels,
        Secrets = version.Secrets,
        Schedule = version.Schedule,
    };
}
