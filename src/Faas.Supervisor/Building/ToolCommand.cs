namespace Faas.Supervisor.Building;

/// <summary>One run of a compiler.</summary>
internal sealed record ToolCommand
{
    /// <summary>Absolute path.</summary>
    public required string Executable { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Name of the function that it works for (<see cref="CompileGate"/>); null for the server's own.</summary>
    public string? Owner { get; init; }

    /// <summary>The private folder: current directory, and the only place the tool can write to besides <see cref="WritableFolders"/>.</summary>
    public required string Folder { get; init; }

    /// <summary>Folders outside the system's own that the tool reads. Absolute.</summary>
    public IReadOnlyList<string> ReadOnlyFolders { get; init; } = [];

    /// <summary>Folders that the tool may write to, at the same path inside. Absolute; created if missing.</summary>
    public IReadOnlyList<string> WritableFolders { get; init; } = [];

    /// <summary>The whole environment, besides PATH, HOME and TMPDIR.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Writable private memory of each process (RLIMIT_DATA): address space merely reserved does not count.</summary>
    public long MemoryBytes { get; init; } = 2L << 30;

    /// <summary>Largest file the tool may write.</summary>
    public long FileBytes { get; init; } = 512L << 20;
}
