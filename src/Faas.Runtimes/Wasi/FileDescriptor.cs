using Faas.Runtimes.Wasi.FileSystem;

namespace Faas.Runtimes.Wasi;

/// <summary>One open descriptor: what it names, where it stands and what it may do. Slot thread only.</summary>
internal sealed class FileDescriptor(DescriptorKind kind)
{
    public DescriptorKind Kind { get; } = kind;

    /// <summary>True for the directory that is open from the start (<c>fd_prestat_get</c> answers it).</summary>
    public bool IsPreopened { get; init; }

    /// <summary>The directory or file; null for a stream, and for the pre-opened directory until it is first used.</summary>
    public Node? Node { get; set; }

    /// <summary>Read/write position of a file, in bytes.</summary>
    public ulong Position { get; set; }

    public FdFlags Flags { get; set; }

    public Rights Rights { get; set; }

    public Rights Inheriting { get; set; }

    public FileType Type => Kind switch
    {
        DescriptorKind.Directory => FileType.Directory,
        DescriptorKind.File => FileType.RegularFile,
        // Not a character device: C libraries take one without seek rights for a terminal and then flush every line.
        _ => FileType.Unknown,
    };

    public bool Has(Rights rights) => (Rights & rights) == rights;

    public void Reset(Rights rights, Rights inheriting)
    {
        Node = null;
        Position = 0;
        Flags = FdFlags.None;
        Rights = rights;
        Inheriting = inheriting;
    }
}
