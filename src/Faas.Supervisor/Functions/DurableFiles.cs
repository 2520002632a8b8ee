using System.Runtime.InteropServices;
using Faas.Supervisor.Functions.Interop;

namespace Faas.Supervisor.Functions;

/// <summary>Files and folders that are on the disk, not only in the page cache, when a call returns.</summary>
internal static class DurableFiles
{
    // As much as the least that a compiler or an engine writes.
    private const int ProbeBytes = 64 * 1024;

    /// <summary>Creates a file of mode 0600 with this content and flushes it.</summary>
    /// <exception cref="IOException">It exists, or the disk is full.</exception>
    internal static void Write(string path, ReadOnlySpan<byte> content)
    {
        using var file = CreatePrivate(path, content.Length);
        RandomAccess.Write(file, content, 0);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>As <see cref="Write"/> without the flush: for what can be made again and is checked when read.</summary>
    internal static void WriteUnflushed(string path, ReadOnlySpan<byte> content)
    {
        using var file = CreatePrivate(path, content.Length);
        RandomAccess.Write(file, content, 0);
    }

    /// <summary>Whether a temporary folder takes another file: why a program that was to write there may have failed.</summary>
    internal static bool TakesFiles(string folder)
    {
        var path = Path.Combine(folder, "probe");
        try
        {
            using (CreatePrivate(path, ProbeBytes))
            {
                // What a full disk refuses is the room, which is asked for when it is made.
            }

            File.Delete(path);
            return true;
        }
        catch (Exception exception) when (StorageFailedException.IsOfTheDisk(exception))
        {
            return false; // Its folder is removed with all that is in it.
        }
    }

    /// <summary>Makes the names in a folder durable: after a create, a rename or a delete in it.</summary>
    internal static void FlushFolder(string path)
    {
        var descriptor = PosixNativeMethods.open(path, PosixNativeMethods.O_RDONLY | PosixNativeMethods.O_CLOEXEC, 0);
        if (descriptor < 0)
        {
            throw LastError("open", path);
        }

        try
        {
            if (PosixNativeMethods.fsync(descriptor) != 0)
            {
                throw LastError("fsync", path);
            }
        }
        finally
        {
            _ = PosixNativeMethods.close(descriptor);
        }
    }

    internal static IOException LastError(string call, string path) =>
        new($"{call} {path}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    private static Microsoft.Win32.SafeHandles.SafeFileHandle CreatePrivate(string path, long length)
    {
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None, length);
        File.SetUnixFileMode(file, DataDirectory.FileMode);
        return file;
    }
}
