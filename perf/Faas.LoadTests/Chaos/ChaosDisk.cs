using System.Runtime.InteropServices;
using Faas.Scenarios.Targets;

namespace Faas.LoadTests.Chaos;

/// <summary>
/// The folder of one server, on a small disk of its own: a tmpfs where this process may mount one (root), else a plain folder,
/// on which the faults of a disk cannot be made.
/// </summary>
internal sealed class ChaosDisk : IDisposable
{
    private const string Options = "size=96m,mode=0700";
    private const string FillName = "fill";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("mfc-"); // short: the path of a socket has 107 bytes
    private bool _isReadOnly;

    public ChaosDisk()
    {
        IsOwn = LibcNativeMethods.mount("tmpfs", Root, "tmpfs", 0, Options) == 0;
        Directory.CreateDirectory(Temporary); // the others are made by the server, with the modes it wants
    }

    /// <summary>False = it is a plain folder, which must not be filled and cannot be made read-only.</summary>
    public bool IsOwn { get; }

    public string Root => _root.FullName;

    public string Data => Path.Combine(Root, "data");

    public string Run => Path.Combine(Root, "run");

    /// <summary>The server's <c>TMPDIR</c>.</summary>
    public string Temporary => Path.Combine(Root, "tmp");

    /// <summary>Takes all the room that is left.</summary>
    public void Fill()
    {
        var zeros = new byte[64 * 1024];
        using var file = new FileStream(Path.Combine(Root, FillName), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(zeros);
            }
        }
        catch (IOException)
        {
            // Full, which is what is wanted.
        }
    }

    public void Free() => File.Delete(Path.Combine(Root, FillName));

    /// <summary>
    /// From now on nothing in the data folder can be made, opened for writing or removed. Linux refuses to turn a file system
    /// read-only while a file is open for writing, so a read-only view of the folder is laid over it: files that the server has
    /// open stay as they are.
    /// </summary>
    public void MakeReadOnly()
    {
        Check(LibcNativeMethods.mount(Data, Data, null, LibcNativeMethods.MS_BIND, null), "mount --bind");
        _isReadOnly = true;
        Check(LibcNativeMethods.mount("none", Data, null, LibcNativeMethods.MS_REMOUNT | LibcNativeMethods.MS_BIND | LibcNativeMethods.MS_RDONLY, null), "remount");
    }

    public void MakeWritable()
    {
        if (_isReadOnly)
        {
            Check(LibcNativeMethods.umount2(Data, LibcNativeMethods.MNT_DETACH), "umount");
            _isReadOnly = false;
        }
    }

    public void Dispose()
    {
        MakeWritable();
        if (IsOwn)
        {
            Check(LibcNativeMethods.umount2(Root, LibcNativeMethods.MNT_DETACH), "umount");
        }

        _root.Delete(recursive: true);
    }

    private static void Check(int result, string what)
    {
        if (result != 0)
        {
            throw new IOException($"{what}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        }
    }
}
