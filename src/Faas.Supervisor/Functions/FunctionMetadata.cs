namespace Faas.Supervisor.Functions;

/// <summary>What <c>function.json</c> holds: everything about a version besides its bytes.</summary>
internal sealed record FunctionMetadata
{
    /// <summary>Raised when an older program could misread the file.</summary>
    internal const int CurrentFormat = 1;

    public required int Format { get; init; }

    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Language { get; init; }

    public required int Version { get; init; }

    public required long Stamp { get; init; }

    public required long CreatedUnixSeconds { get; init; }

    public required long SizeBytes { get; init; }

    public required string SourceSha256 { get; init; }

    public long? ModuleBytes { get; init; }

    public string? ModuleSha256 { get; init; }

    public required long TimeoutMs { get; init; }

    public required long MemoryBytes { get; init; }

    public required long OutputBytes { get; init; }

    public string? Backend { get; init; }

    public List<FunctionVariable>? Environment { get; init; }

    public bool Idempotent { get; init; }

    public int? Concurrency { get; init; }

    public int Retries { get; init; }

    public Dictionary<string, string>? Options { get; init; }

    public Dictionary<string, string>? Labels { get; init; }

    public List<string>? Secrets { get; init; }

    public FunctionSchedule? Schedule { get; init; }

    public long CompileMs { get; init; }
}
