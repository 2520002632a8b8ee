namespace Faas.Runtimes.Wasi.FileSystem;

/// <summary>What may take which name.</summary>
internal static class NameRules
{
    /// <summary>Whether a rename may give a node this name (POSIX, <c>rename</c>).</summary>
    public static Errno CanReplace(Node node, in PathLookup to)
    {
        if (node is not DirectoryNode moved)
        {
            return to.Node is DirectoryNode ? Errno.IsDirectory
                : to.MustBeDirectory ? Errno.NotDirectory
                : Errno.Success;
        }

        for (var ancestor = to.Parent; ; ancestor = ancestor.Parent)
        {
            if (ancestor == moved)
            {
                return Errno.Invalid;
            }

            if (ancestor.Parent == ancestor)
            {
                break;
            }
        }

        return to.Node switch
        {
            null => Errno.Success,
            DirectoryNode { IsEmpty: true } => Errno.Success,
            DirectoryNode => Errno.NotEmpty,
            _ => Errno.NotDirectory,
        };
    }

    /// <summary>Whether a name may be given to something that is not a directory.</summary>
    public static Errno CanCreate(in PathLookup at) =>
        at.Node is not null ? at.MustBeDirectory && at.Node is not DirectoryNode ? Errno.NotDirectory : Errno.Exists
        : at.MustBeDirectory ? Errno.NoEntry
        : Errno.Success;
}
