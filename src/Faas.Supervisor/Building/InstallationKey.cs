using System.Security.Cryptography;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Building;

/// <summary>
/// The secret that marks what this installation wrote. Whoever can read it can forge native code, so a key that others
/// could have read is replaced; what it had marked is then made again.
/// </summary>
internal static class InstallationKey
{
    internal const int Bytes = 32; // The block of SHA-256's output; RFC 2104 section 3 recommends at least that.

    internal static byte[] Load(DataDirectory data)
    {
        var path = data.SecretKeyFile;
        if (File.Exists(path) && File.GetUnixFileMode(path) == DataDirectory.FileMode)
        {
            var key = File.ReadAllBytes(path);
            if (key.Length == Bytes)
            {
                return key;
            }
        }

        var fresh = RandomNumberGenerator.GetBytes(Bytes);
        var stage = data.CreateTemporaryFolder("key");
        var staged = Path.Combine(stage, "secret.key");
        DurableFiles.Write(staged, fresh);
        File.Move(staged, path, overwrite: true);
        DurableFiles.FlushFolder(data.Root);
        Directory.Delete(stage);
        return fresh;
    }
}
