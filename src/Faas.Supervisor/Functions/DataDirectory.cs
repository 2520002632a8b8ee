using System.Security.Cryptography;

namespace Faas.Supervisor.Functions;

/// <summary>
/// The data folder's layout. Every folder is 0700 and every file 0600, whatever the umask.
/// <c>functions/ID/</c> deployed versions; <c>pins/NAME</c> roll-backs; <c>logs/NAME/</c> what functions said; <c>secrets/NAME</c> values for functions; <c>invocations/</c> asynchronous invocations and timers; <c>staging/</c> what is being written, emptied at start;
/// <c>damaged/</c> entries set aside; <c>cache/</c> what can be made again; <c>secret.key</c>; <c>lock</c>.
/// </summary>
public sealed class DataDirectory
{
    internal const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    internal const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private DataDirectory(string root) => Root = root;

    public string Root { get; }

    public string Functions => Path.Combine(Root, "functions");

    internal string Pins => Path.Combine(Root, "pins");

    internal string Logs => Path.Combine(Root, "logs");

    internal string Secrets => Path.Combine(Root, "secrets");

    internal string Invocations => Path.Combine(Root, "invocations");

    public string Temporary => Path.Combine(Root, "staging");

    public string Damaged => Path.Combine(Root, "damaged");

    public string Cache => Path.Combine(Root, "cache");

    internal string SecretKeyFile => Path.Combine(Root, "secret.key");

    /// <summary>Creates what is missing and tightens the modes of what is there.</summary>
    public static DataDirectory Create(string path)
    {
        var data = new DataDirectory(Path.GetFullPath(path));
        foreach (var folder in (string[])[data.Root, data.Functions, data.Pins, data.Logs, data.Secrets, data.Invocations, data.Temporary, data.Cache])
        {
            Directory.CreateDirectory(folder, FolderMode);
            File.SetUnixFileMode(folder, FolderMode);
        }

        return data;
    }

    /// <summary>A new private folder under <see cref="Temporary"/>; the caller removes it, or the next start does.</summary>
    internal string CreateTemporaryFolder(string prefix)
    {
        var path = NewTemporaryPath(prefix);
        Directory.CreateDirectory(path, FolderMode);
        return path;
    }

    /// <summary>Under <see cref="Temporary"/>, where nothing is yet.</summary>
    internal string NewTemporaryPath(string prefix) =>
        Path.Combine(Temporary, $"{prefix}-{RandomNumberGenerator.GetHexString(16, lowercase: true)}");

    /// <summary>Removes what an earlier process left half-written. Only while no other process uses this folder.</summary>
    internal void EmptyTemporary()
    {
        foreach (var entry in new DirectoryInfo(Temporary).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo folder)
            {
                folder.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }
    }
}
