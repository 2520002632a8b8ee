using Faas.Protocol.Contracts;

namespace Faas.Runtimes.Tests.Native;

/// <summary>Functions of one language on a backend of their own. A missing interpreter skips the test by name.</summary>
internal sealed class GuestFunctions : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("faas-native-").FullName;
    private readonly GuestLanguage _language;
    private readonly IRuntimeBackend _backend;
    private int _count;

    /// <param name="language">Of all of them.</param>
    /// <param name="settings">Of the backend.</param>
    public GuestFunctions(GuestLanguage language, Dictionary<string, string>? settings = null)
    {
        _language = language;
        _backend = BackendCatalog.Create(
            language.Name, new BackendOptions { ScratchDirectory = Path.Combine(_folder, "scratch"), Settings = settings ?? [] });
    }

    public IRuntimeModule Load(string source, InvocationLimits limits, Dictionary<string, string>? options = null)
    {
        var id = $"f_{++_count}";
        return Load(id, Path.Combine(_folder, id + _language.Extension), source, limits, options ?? []);
    }

    /// <summary>A function that was sent as an archive, with <paramref name="files"/> beside its source.</summary>
    public IRuntimeModule LoadArchive(string source, Dictionary<string, byte[]> files, InvocationLimits limits)
    {
        var id = $"f_{++_count}";
        var folder = Directory.CreateDirectory(Path.Combine(_folder, id, "files")).Parent!.FullName;
        foreach (var (name, content) in files)
        {
            File.WriteAllBytes(Path.Combine(folder, "files", name), content);
        }

        return Load(id, Path.Combine(folder, "source"), source, limits, new() { ["entry"] = "main" + _language.Extension });
    }

    private IRuntimeModule Load(string id, string path, string source, InvocationLimits limits, Dictionary<string, string> options)
    {
        File.WriteAllText(path, source);
        try
        {
            return _backend.Load(new ModuleDescriptor(id, _language.Kind, path, limits, options));
        }
        catch (ModuleLoadException e) when (e.Status == InvocationStatus.RuntimeMissing)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }

    public void Dispose()
    {
        _backend.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
