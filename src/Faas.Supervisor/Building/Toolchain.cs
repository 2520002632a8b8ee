namespace Faas.Supervisor.Building;

/// <summary>A compiler that may be on this machine, with everything needed to run it on a folder that holds the source.</summary>
internal sealed record Toolchain
{
    /// <summary>The module's name in the build folder: what <see cref="Arguments"/> write to.</summary>
    internal const string OutputFileName = "module.wasm";

    /// <summary>Absolute path.</summary>
    public required string Executable { get; init; }

    /// <summary>Reads the language's source file, writes <see cref="OutputFileName"/>.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Which of the other files, by relative name, are added to the arguments; none when the compiler finds them by itself.</summary>
    public Func<string, bool> IsSource { get; init; } = static _ => false;

    /// <summary>Prints the version; part of the cache key.</summary>
    public IReadOnlyList<string> VersionArguments { get; init; } = ["--version"];

    public IReadOnlyList<string> ReadOnlyFolders { get; init; } = [];

    public IReadOnlyList<string> WritableFolders { get; init; } = [];

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The arguments for a source and the files beside it.</summary>
    internal IReadOnlyList<string> ArgumentsFor(IEnumerable<string> files) =>
    [
        .. Arguments,
        // With a folder in front, no name can be an option.
        .. files.Where(IsSource).Order(StringComparer.Ordinal).Select(name => "./" + name),
    ];

    internal ToolCommand Command(string folder, IReadOnlyList<string> arguments) => new()
    {
        Executable = Executable,
        Arguments = arguments,
        Folder = folder,
        ReadOnlyFolders = ReadOnlyFolders,
        WritableFolders = WritableFolders,
        Environment = Environment,
        TimeLimit = TimeLimit,
    };
}
