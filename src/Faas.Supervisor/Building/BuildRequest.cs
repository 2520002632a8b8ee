using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Building;

/// <summary>Source to turn into a WASM module.</summary>
/// <param name="Language">One of the compiled languages, or wasm.</param>
/// <param name="Source">As the user sent it.</param>
public sealed record BuildRequest(string Language, ReadOnlyMemory<byte> Source)
{
    /// <summary>Name of the function, whose turn the build takes; null for the server's own.</summary>
    public string? Owner { get; init; }

    /// <summary>The other files of an archive by relative name: further sources and headers are among them.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files { get; init; } = FunctionDraft.NoFiles;
}
