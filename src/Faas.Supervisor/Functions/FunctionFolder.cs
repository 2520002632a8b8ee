using System.Collections.Concurrent;
using System.Text.Json;

namespace Faas.Supervisor.Functions;

/// <summary>
/// One version's folder: the source, the module where there is one, and <c>function.json</c>. It is written aside and
/// renamed into place, so that under <c>functions/</c> there are only whole ones.
/// </summary>
internal static class FunctionFolder
{
    // Removals that are tried again; beyond that the next start does it.
    private const int MaxLeft = 1000;

    private static readonly ConcurrentQueue<string> s_left = new();

    internal const string MetadataFileName = "function.json";
    internal const string ModuleFileName = "module.wasm";

    /// <summary>What <see cref="MetadataFileName"/> is called once the version is deleted.</summary>
    internal const string DeletedFileName = "deleted.json";

    /// <summary>The other files of an archive; workers find it beside the source.</summary>
    internal const string FilesFolderName = "files";

    /// <summary>Writes a version so that it survives anything from the moment this returns.</summary>
    /// <param name="reached">Called after each step.</param>
    internal static void Write(DataDirectory data, FunctionDraft draft, FunctionMetadata metadata, Action<StoreStep>? reached)
    {
        var stage = data.CreateTemporaryFolder("add");
        var target = Path.Combine(data.Functions, metadata.Id);
        var renamed = false;
        try
        {
            reached?.Invoke(StoreStep.FolderStaged);
            DurableFiles.Write(Path.Combine(stage, FunctionLanguages.SourceFileName(draft.Language)), draft.Source.Span);
            reached?.Invoke(StoreStep.SourceWritten);
            if (!draft.Module.IsEmpty)
            {
                DurableFiles.Write(Path.Combine(stage, ModuleFileName), draft.Module.Span);
                reached?.Invoke(StoreStep.ModuleWritten);
            }

            WriteFiles(Path.Combine(stage, FilesFolderName), draft.Files);
            DurableFiles.Write(
                Path.Combine(stage, MetadataFileName),
                JsonSerializer.SerializeToUtf8Bytes(metadata, FunctionJsonContext.Default.FunctionMetadata));
            reached?.Invoke(StoreStep.MetadataWritten);
            DurableFiles.FlushFolder(stage);
            reached?.Invoke(StoreStep.StageFlushed);
            Directory.Move(stage, target);
            renamed = true;
            reached?.Invoke(StoreStep.Renamed);
            DurableFiles.FlushFolder(data.Functions);
        }
        catch
        {
            // Not acknowledged, so it should not come back after a restart either.
            TryRemove(renamed ? target : stage);
            throw;
        }
    }

    /// <summary>Everything that a version was deployed with besides its settings.</summary>
    /// <exception cref="IOException">It was deleted meanwhile, or the disk.</exception>
    internal static (byte[] Source, byte[] Module, Dictionary<string, ReadOnlyMemory<byte>> Files) ReadCode(DataDirectory data, FunctionVersion version)
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var root = Path.Combine(data.Functions, version.Id, FilesFolderName);
        if (Directory.Exists(root))
        {
            foreach (var path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
            {
                files[Path.GetRelativePath(root, path)] = File.ReadAllBytes(path);
            }
        }

        return (File.ReadAllBytes(version.SourcePath), version.ModulePath is { } module ? File.ReadAllBytes(module) : [], files);
    }

    /// <summary>Deletes a version, durably. The other files stay where workers look for them, until somebody removes the folder.</summary>
    /// <exception cref="IOException">The disk; nothing has changed.</exception>
    internal static void MarkDeleted(DataDirectory data, string id)
    {
        var folder = Path.Combine(data.Functions, id);
        File.Move(Path.Combine(folder, MetadataFileName), Path.Combine(folder, DeletedFileName), overwrite: true);
        DurableFiles.FlushFolder(folder);
    }

    /// <summary>True for a folder that is to be removed.</summary>
    internal static bool IsMarkedDeleted(string folder) =>
        File.Exists(Path.Combine(folder, DeletedFileName)) && !File.Exists(Path.Combine(folder, MetadataFileName));

    /// <summary>Reads and checks one folder.</summary>
    /// <returns>The metadata, or null and the reason.</returns>
    internal static FunctionMetadata? TryRead(string folder, out string? problem)
    {
        try
        {
            var bytes = File.ReadAllBytes(Path.Combine(folder, MetadataFileName));
            var metadata = JsonSerializer.Deserialize(bytes, FunctionJsonContext.Default.FunctionMetadata);
            problem = metadata is null ? $"{MetadataFileName} is empty" : Check(folder, metadata);
            return problem is null ? metadata : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            problem = exception.Message;
            return null;
        }
    }

    internal static string IdOf(string name, long stamp) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}_{stamp}");

    /// <summary>
    /// Removes a folder, if the disk lets it be removed now; else with one of the next removals, or at the store's end. What is left after a
    /// kill the next start removes.
    /// </summary>
    internal static void TryRemove(string folder)
    {
        RemoveLeft();
        if (!IsRemoved(folder) && s_left.Count < MaxLeft)
        {
            s_left.Enqueue(folder);
        }
    }

    /// <summary>Tries once more to remove what could not be removed.</summary>
    internal static void RemoveLeft()
    {
        for (var left = s_left.Count; left > 0 && s_left.TryDequeue(out var folder); left--)
        {
            if (!IsRemoved(folder))
            {
                s_left.Enqueue(folder);
                return; // a disk that refuses one refuses the others
            }
        }
    }

    private static bool IsRemoved(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Names were checked when the archive was read.</summary>
    private static void WriteFiles(string root, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files)
    {
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, content) in files)
        {
            var path = Path.Combine(root, name);
            for (var folder = Path.GetDirectoryName(path)!; folder.Length >= root.Length && folders.Add(folder); folder = Path.GetDirectoryName(folder)!)
            {
                Directory.CreateDirectory(folder, DataDirectory.FolderMode);
            }

            DurableFiles.Write(path, content.Span);
        }

        foreach (var folder in folders)
        {
            DurableFiles.FlushFolder(folder);
        }
    }

    private static string? Check(string folder, FunctionMetadata metadata)
    {
        if (metadata.Format != FunctionMetadata.CurrentFormat)
        {
            return $"format {metadata.Format} is not {FunctionMetadata.CurrentFormat}";
        }

        if (!FunctionName.IsValid(metadata.Name) || metadata.Stamp <= 0 || metadata.Version <= 0
            || metadata.Id != IdOf(metadata.Name, metadata.Stamp) || metadata.Id != Path.GetFileName(folder))
        {
            return "the id does not fit the name, the stamp and the folder";
        }

        if (!FunctionLanguages.IsKnown(metadata.Language))
        {
            return $"unknown language '{metadata.Language}'";
        }

        if (metadata.TimeoutMs <= 0 || metadata.MemoryBytes <= 0 || metadata.OutputBytes <= 0 || metadata.Concurrency <= 0)
        {
            return "a limit is not positive";
        }

        if (FunctionLanguages.IsWasm(metadata.Language) != (metadata.ModuleSha256 is not null))
        {
            return "the module's hash does not fit the language";
        }

        var source = new FileInfo(Path.Combine(folder, FunctionLanguages.SourceFileName(metadata.Language)));
        if (!source.Exists || source.Length != metadata.SizeBytes)
        {
            return $"{source.Name} is missing or not {metadata.SizeBytes} bytes long";
        }

        if (FunctionLanguages.IsCompiled(metadata.Language))
        {
            var module = new FileInfo(Path.Combine(folder, ModuleFileName));
            if (!module.Exists || module.Length != metadata.ModuleBytes)
            {
                return $"{module.Name} is missing or not {metadata.ModuleBytes} bytes long";
            }
        }

        return null;
    }
}
