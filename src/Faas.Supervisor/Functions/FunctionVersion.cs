using System.Collections.Frozen;
using Faas.Protocol.Contracts;

namespace Faas.Supervisor.Functions;

/// <summary>One deployed version of a function. Immutable; safe to keep after the version was deleted, except for its files.</summary>
public sealed class FunctionVersion
{
    internal static readonly IReadOnlyDictionary<string, string> NoOptions = FrozenDictionary<string, string>.Empty;

    // 1 and up; 0 is never a handle. Wraps after four billion deploys of one process, which is out of reach.
    private static uint s_lastHandle;

    private readonly string _functionsDirectory;
    private byte[]? _html;

    internal FunctionVersion(string functionsDirectory, FunctionMetadata metadata)
        : this(functionsDirectory, metadata, Interlocked.Increment(ref s_lastHandle))
    {
    }

    /// <summary>With a handle that the caller vouches for: HASH places by it, so who wants the same placements again needs the same handles.</summary>
    internal FunctionVersion(string functionsDirectory, FunctionMetadata metadata, uint handle)
    {
        _functionsDirectory = functionsDirectory;
        Handle = handle;
        Id = metadata.Id;
        Name = metadata.Name;
        Language = FunctionLanguages.All.First(language => language == metadata.Language);
        Kind = FunctionLanguages.KindOf(Language);
        Version = metadata.Version;
        Stamp = metadata.Stamp;
        CreatedUnixSeconds = metadata.CreatedUnixSeconds;
        SizeBytes = metadata.SizeBytes;
        SourceSha256 = metadata.SourceSha256;
        ModuleSha256 = metadata.ModuleSha256;
        Limits = new InvocationLimits(TimeSpan.FromMilliseconds(metadata.TimeoutMs), metadata.MemoryBytes, metadata.OutputBytes);
        Backend = metadata.Backend;
        Environment = metadata.Environment is { Count: > 0 } environment
            ? [.. environment.Where(variable => EnvironmentNames.Check(variable.Name, variable.Value) is null).Select(variable => KeyValuePair.Create(variable.Name, variable.Value))]
            : [];
        Idempotent = metadata.Idempotent;
        Concurrency = metadata.Concurrency;
        Retries = metadata.Retries;
        Options = metadata.Options is { Count: > 0 } options ? options.ToFrozenDictionary(StringComparer.Ordinal) : NoOptions;
        Labels = metadata.Labels is { Count: > 0 } labels ? labels.ToFrozenDictionary(StringComparer.Ordinal) : NoOptions;
        Secrets = metadata.Secrets ?? [];
        Schedule = metadata.Schedule;
        CompileMs = metadata.CompileMs;
    }

    /// <summary>Name, <c>_</c>, <see cref="Stamp"/>. Unique among everything deployed; never reused in a process.</summary>
    public string Id { get; }

    public string Name { get; }

    /// <summary>One of <see cref="FunctionLanguages.All"/>.</summary>
    public string Language { get; }

    /// <summary>1 and up within the name, in order of deployment.</summary>
    public int Version { get; }

    /// <summary>Unix seconds of the deploy, or the next number that was free. Versions of a name are ordered by it.</summary>
    public long Stamp { get; }

    /// <summary>Unix seconds of the deploy by the clock.</summary>
    public long CreatedUnixSeconds { get; }

    /// <summary>Names this version on the wire. Assigned when it is added or loaded; never reused in a process, different after a restart.</summary>
    public uint Handle { get; }

    /// <summary>Which runtimes run it; null for html, which the gateway answers itself.</summary>
    public ModuleKind? Kind { get; }

    public bool IsWasm => Kind == ModuleKind.Wasm;

    /// <summary>Length of the source as it was sent.</summary>
    public long SizeBytes { get; }

    /// <summary>Lower-case hexadecimal SHA-256 of the source.</summary>
    public string SourceSha256 { get; }

    /// <summary>Lower-case hexadecimal SHA-256 of the module; null when this is not WASM.</summary>
    public string? ModuleSha256 { get; }

    /// <summary>Absolute path of the source: what an interpreter runs and what html is answered from.</summary>
    public string SourcePath => Path.Combine(_functionsDirectory, Id, FunctionLanguages.SourceFileName(Language));

    /// <summary>
    /// Absolute path of the WASM module, from which native code is made; null when this is not WASM. A worker is given
    /// native code instead: see <c>NativeCodeCache.EnsureAsync</c>.
    /// </summary>
    public string? ModulePath =>
        !IsWasm ? null : Language == FunctionLanguages.Wasm ? SourcePath : Path.Combine(_functionsDirectory, Id, FunctionFolder.ModuleFileName);

    /// <summary>
    /// Absolute path of the folder with the files that a WASM function finds in its file system; null when it came alone, and
    /// for interpreters, which look beside the source.
    /// </summary>
    public string? FilesPath
    {
        get
        {
            var path = Path.Combine(_functionsDirectory, Id, FunctionFolder.FilesFolderName);
            return IsWasm && Directory.Exists(path) ? path : null;
        }
    }

    public InvocationLimits Limits { get; }

    /// <summary>The backend it must run on; null = any.</summary>
    public string? Backend { get; }

    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; }

    public bool Idempotent { get; }

    /// <summary>Most invocations at a time; null = no limit of its own.</summary>
    public int? Concurrency { get; }

    /// <summary>Attempts after the first failed one of an asynchronous invocation that does not say otherwise.</summary>
    public int Retries { get; }

    public IReadOnlyDictionary<string, string> Options { get; }

    /// <summary>What people sort functions by.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; }

    /// <summary>Names of the secrets it sees in its environment.</summary>
    public IReadOnlyList<string> Secrets { get; }

    /// <summary>When it runs by itself; null = never.</summary>
    public FunctionSchedule? Schedule { get; }

    public long CompileMs { get; }

    /// <summary>The content of an html function, read once and kept. Any thread.</summary>
    /// <returns>False when this is not html, or it was deleted before it was ever read.</returns>
    public bool TryGetHtml(out ReadOnlyMemory<byte> content)
    {
        var html = Volatile.Read(ref _html);
        if (html is null && Language == FunctionLanguages.Html)
        {
            try
            {
                html = File.ReadAllBytes(SourcePath);
                Volatile.Write(ref _html, html);
            }
            catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
            {
                html = null; // Deleted meanwhile: the caller answers function_not_found.
            }
        }

        content = html;
        return html is not null;
    }

    public override string ToString() => Id;
}
