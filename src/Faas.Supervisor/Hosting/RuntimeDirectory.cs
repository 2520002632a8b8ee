using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Hosting;

/// <summary>
/// The private folder of sockets. One supervisor holds it at a time; what an earlier one left behind (it may have been
/// killed) is removed, which is safe because holding the lock proves that it is gone.
/// </summary>
internal static class RuntimeDirectory
{
    private const UnixFileMode PrivateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <exception cref="StartupFailureException">Held by another, or not ours.</exception>
    public static IDisposable Claim(string path)
    {
        try
        {
            Directory.CreateDirectory(path, PrivateMode);
            File.SetUnixFileMode(path, PrivateMode);
            var held = DataDirectoryLock.Acquire(path);
            foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos().Where(entry => entry.Name != "lock"))
            {
                if (entry is DirectoryInfo directory)
                {
                    directory.Delete(recursive: true);
                }
                else
                {
                    entry.Delete();
                }
            }

            return held;
        }
        catch (DataDirectoryLockedException exception)
        {
            throw new StartupFailureException(exception.Message, "end it, or choose another folder with --runtime-dir DIR", innerException: exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupFailureException(
                $"the runtime folder {path} cannot be used: {exception.Message}", "choose another with --runtime-dir DIR", innerException: exception);
        }
    }
}
