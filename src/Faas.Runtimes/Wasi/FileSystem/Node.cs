namespace Faas.Runtimes.Wasi.FileSystem;

/// <summary>
/// A file, directory or symbolic link, apart from its names. Lives while it has a name or an open descriptor. Slot
/// thread only, like everything in this folder.
/// </summary>
internal abstract class Node(ulong inode, ulong now)
{
    private int _open;

    /// <summary>Number within the file system; unique for its lifetime.</summary>
    public ulong Inode { get; } = inode;

    public abstract FileType Type { get; }

    /// <summary>Size in bytes as <c>filestat</c> tells it.</summary>
    public abstract ulong Size { get; }

    /// <summary>Names of this node; a directory also counts its own <c>.</c> and the <c>..</c> of its children.</summary>
    public ulong Links { get; set; }

    /// <summary>Nanoseconds since 1970, like the two below.</summary>
    public ulong AccessTime { get; set; } = now;

    public ulong ModifyTime { get; set; } = now;

    public ulong ChangeTime { get; set; } = now;

    /// <summary>True when neither a name nor a descriptor keeps it.</summary>
    public bool IsUnreachable => Links == 0 && _open == 0;

    public void Opened() => _open++;

    public void Closed() => _open--;

    /// <summary>Gives back what the node's content was charged.</summary>
    public virtual void Release()
    {
    }
}
