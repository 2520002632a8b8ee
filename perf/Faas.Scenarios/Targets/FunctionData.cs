namespace Faas.Scenarios.Targets;

/// <summary>
/// A data folder that outlives its servers, so that a function is compiled once a run and not once a server. One server
/// at a time uses it.
/// </summary>
internal sealed class FunctionData : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("faas-load-data-");

    public string Path => _folder.FullName;

    /// <summary>What has been deployed into it, by name.</summary>
    public Dictionary<string, FunctionSource> Deployed { get; } = [];

    public void Dispose() => _folder.Delete(recursive: true);
}
