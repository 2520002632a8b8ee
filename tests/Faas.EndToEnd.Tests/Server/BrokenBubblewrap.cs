namespace Faas.EndToEnd.Tests.Server;

/// <summary>A folder for PATH with a <c>bwrap</c> that fails as it does where user namespaces are forbidden.</summary>
internal sealed class BrokenBubblewrap : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public BrokenBubblewrap()
    {
        var program = _folder.Combine("bwrap");
        File.WriteAllText(program, "#!/bin/sh\necho 'bwrap: No permissions to create a new namespace' >&2\nexit 1\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
    }

    public string Path => _folder.Path;

    public void Dispose() => _folder.Dispose();
}
