using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Options;

/// <summary>
/// The private folder of sockets. One supervisor holds it at a time; what an earlier one left behind (it may have been
/// killed) is removed, which is safe because holding the lock proves that it is gone. Only names that a supervisor makes
/// are touched: the folder is an operator's choice and may hold anything.
/// </summary>
internal static class RuntimeDirectory
{
    /// <summary>The socket that workers connect to.</summary>
    public const string SocketName = "workers.sock";

    /// <summary>The socket that local clients connect to.</summary>
    public const string IngressName = "ingress.sock";

    private const string WorkerFolderPrefix = "worker-";
    private const UnixFileMode PrivateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The private folder of one worker.</summary>
    public static string WorkerFolder(string path, int index) => Path.Combine(path, $"{WorkerFolderPrefix}{index}");

    /// <exception cref="StartupFailureException">Held by another, not private, or not usable.</exception>
    public static IDisposable Claim(string path)
    {
        try
        {
            Directory.CreateDirectory(path, PrivateMode);
            if ((File.GetUnixFileMode(path) & ~PrivateMode) != 0)
            {
                throw new StartupFailureException(
                    $"the runtime folder {path} is open to other users", "choose a private one with --runtime-dir DIR, or chmod 700 it");
            }

            var held = DataDirectoryLock.Acquire(path);
            foreach (var socket in Directory.EnumerateFiles(path, SocketName + "*"))
            {
                File.Delete(socket); // also those that were made when the first one was lost
            }

            File.Delete(Path.Combine(path, IngressName));
            foreach (var folder in Directory.EnumerateDirectories(path, WorkerFolderPrefix + "*"))
            {
                if (int.TryParse(Path.GetFileName(folder).AsSpan(WorkerFolderPrefix.Length), out _))
                {
                    Directory.Delete(folder, recursive: true);
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
