using Faas.Protocol.Contracts;

namespace Faas.Runtimes.Wasi;

/// <summary>
/// The files that came with a function, read once when its module is loaded. Shared between invocations and never written:
/// an invocation that changes one changes its private copy.
/// </summary>
internal sealed class BundledFiles
{
    /// <summary>For a function of one file.</summary>
    public static readonly BundledFiles None = new([]);

    private BundledFiles((string Path, ReadOnlyMemory<byte> Content)[] files)
    {
        All = files;
        Bytes = files.Sum(static file => (long)file.Content.Length);
    }

    /// <summary>By path below <c>/</c>.</summary>
    public IReadOnlyList<(string Path, ReadOnlyMemory<byte> Content)> All { get; }

    /// <summary>What they take in memory.</summary>
    public long Bytes { get; }

    /// <summary>The files of a function: none, unless <see cref="ModuleDescriptor.FilesOption"/> names their folder.</summary>
    /// <exception cref="ModuleLoadException">They are missing or cannot be read.</exception>
    public static BundledFiles Read(ModuleDescriptor descriptor)
    {
        if (!descriptor.Options.TryGetValue(ModuleDescriptor.FilesOption, out var folder))
        {
            return None;
        }

        try
        {
            return new BundledFiles(
                [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                    .Select(path => (Path.GetRelativePath(folder, path), (ReadOnlyMemory<byte>)File.ReadAllBytes(path)))]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModuleLoadException(
                InvocationStatus.InvalidModule, $"the files of {descriptor.FunctionId} cannot be read; deploy it again", exception);
        }
    }
}
