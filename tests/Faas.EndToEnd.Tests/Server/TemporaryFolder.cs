namespace Faas.EndToEnd.Tests.Server;

/// <summary>A folder of one test's own, gone with it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    // Short: the path of a socket may have 107 bytes (unix(7)).
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("minifaas-e2e-").FullName;

    public string Path { get; }

    public string Data => Combine("data");

    public string Run => Combine("run");

    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
