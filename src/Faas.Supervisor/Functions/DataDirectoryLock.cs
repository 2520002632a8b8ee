using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Faas.Supervisor.Functions.Interop;
using Microsoft.Win32.SafeHandles;

namespace Faas.Supervisor.Functions;

/// <summary>
/// One instance a folder. The kernel holds the lock for as long as this process lives, so that nothing needs
/// cleaning after <c>kill -9</c>; the pid in the file only names the holder.
/// </summary>
public sealed class DataDirectoryLock : IDisposable
{
    private readonly SafeFileHandle _file;

    private DataDirectoryLock(SafeFileHandle file) => _file = file;

    /// <exception cref="DataDirectoryLockedException">Another process holds it; the message names its pid.</exception>
    public static DataDirectoryLock Acquire(string dataDirectory)
    {
        var folder = Path.GetFullPath(dataDirectory);
        var path = Path.Combine(folder, "lock");
        Directory.CreateDirectory(folder, DataDirectory.FolderMode);
        // Not File.OpenHandle: .NET puts a shared lock on what it opens, so the loser could not read the winner's pid.
        var descriptor = PosixNativeMethods.open(
            path, PosixNativeMethods.O_RDWR | PosixNativeMethods.O_CREAT | PosixNativeMethods.O_CLOEXEC, (uint)DataDirectory.FileMode);
        if (descriptor < 0)
        {
            throw DurableFiles.LastError("open", path);
        }

        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        if (PosixNativeMethods.flock(descriptor, PosixNativeMethods.LOCK_EX | PosixNativeMethods.LOCK_NB) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            using (file)
            {
                throw error == PosixNativeMethods.EWOULDBLOCK
                    ? new DataDirectoryLockedException(folder, ReadPid(file))
                    : DurableFiles.LastError("flock", path);
            }
        }

        var pid = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}\n"));
        RandomAccess.SetLength(file, 0);
        RandomAccess.Write(file, pid, 0);
        return new DataDirectoryLock(file);
    }

    /// <summary>Gives the folder free. The file stays: removing it would race with the next holder.</summary>
    public void Dispose() => _file.Dispose();

    private static int? ReadPid(SafeFileHandle file)
    {
        Span<byte> text = stackalloc byte[16];
        var length = RandomAccess.Read(file, text, 0);
        return int.TryParse(text[..length].TrimEnd((byte)'\n'), CultureInfo.InvariantCulture, out var pid) ? pid : null;
    }
}
