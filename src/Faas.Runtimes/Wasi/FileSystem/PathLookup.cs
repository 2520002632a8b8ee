namespace Faas.Runtimes.Wasi.FileSystem;

/// <summary>Where a path leads.</summary>
internal readonly ref struct PathLookup
{
    /// <summary>Success when the parent is found, whether or not the name is there.</summary>
    public Errno Errno { get; private init; }

    /// <summary>The directory that has, or would have, <see cref="Name"/>.</summary>
    public DirectoryNode Parent { get; private init; }

    /// <summary>Last component, valid while the path is; empty when the path ends in <c>.</c> or <c>..</c>.</summary>
    public ReadOnlySpan<byte> Name { get; private init; }

    /// <summary>What is there; null when nothing is.</summary>
    public Node? Node { get; private init; }

    /// <summary>True after a trailing slash: the path can only mean a directory.</summary>
    public bool MustBeDirectory { get; init; }

    public static PathLookup Failed(Errno errno) => new() { Errno = errno, Parent = null! };

    public static PathLookup Directory(DirectoryNode node) => new() { Parent = node, Node = node, MustBeDirectory = true };

    public static PathLookup Entry(DirectoryNode parent, ReadOnlySpan<byte> name, Node? node, bool mustBeDirectory) =>
        new() { Parent = parent, Name = name, Node = node, MustBeDirectory = mustBeDirectory };

    /// <summary>The same, with a trailing slash seen further out.</summary>
    public PathLookup OrMustBeDirectory(bool mustBeDirectory) =>
        new() { Errno = Errno, Parent = Parent, Name = Name, Node = Node, MustBeDirectory = MustBeDirectory || mustBeDirectory };

    /// <summary>Requires that something is there and that it fits a trailing slash.</summary>
    public Errno Existing() =>
        Errno != Errno.Success ? Errno
        : Node is null ? Errno.NoEntry
        : MustBeDirectory && Node is not DirectoryNode ? Errno.NotDirectory
        : Errno.Success;
}
