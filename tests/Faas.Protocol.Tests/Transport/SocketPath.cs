namespace Faas.Protocol.Tests.Transport;

/// <summary>A path for a socket in a folder that goes with the test. Short: a socket's path has 107 bytes at most.</summary>
internal sealed class SocketPath : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mf-");

    public string Value => Path.Combine(_folder.FullName, "s");

    public void Dispose() => _folder.Delete(recursive: true);
}
