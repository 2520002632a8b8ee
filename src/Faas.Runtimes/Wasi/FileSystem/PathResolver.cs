using System.Text.Unicode;

namespace Faas.Runtimes.Wasi.FileSystem;

/// <summary>
/// Walks a path from a directory descriptor. WASI preview 1 paths are UTF-8, relative, and stay below the descriptor's
/// directory: an absolute path, or <c>..</c> above the start (also by way of a symbolic link), is not permitted.
/// </summary>
internal static class PathResolver
{
    /// <summary>PATH_MAX of Linux.</summary>
    public const int MaxPathBytes = 4096;

    /// <summary>NAME_MAX of Linux.</summary>
    public const int MaxNameBytes = 255;

    /// <summary>Symbolic links followed in one lookup, as in Linux; also bounds the recursion here.</summary>
    private const int MaxLinks = 40;

    private const byte Separator = (byte)'/';

    public static PathLookup Resolve(DirectoryNode start, ReadOnlySpan<byte> path, LookupMode mode)
    {
        var errno = Check(path);
        if (errno != Errno.Success)
        {
            return PathLookup.Failed(errno);
        }

        var links = 0;
        return Walk(start, start, path, mode, ref links);
    }

    /// <summary>What can be said of a path, or of a link's target, without walking it.</summary>
    public static Errno Check(ReadOnlySpan<byte> path) =>
        path.IsEmpty ? Errno.NoEntry
        : path.Length >= MaxPathBytes ? Errno.NameTooLong
        : path.Contains((byte)0) ? Errno.Invalid
        : !Utf8.IsValid(path) ? Errno.IllegalByteSequence
        : path[0] == Separator ? Errno.NotPermitted
        : Errno.Success;

    private static PathLookup Walk(DirectoryNode start, DirectoryNode current, ReadOnlySpan<byte> path, LookupMode mode, scoped ref int links)
    {
        while (true)
        {
            var end = path.IndexOf(Separator);
            var name = end < 0 ? path : path[..end];
            var rest = end < 0 ? default : path[end..].TrimStart(Separator);
            var isLast = rest.IsEmpty;
            var trailingSlash = isLast && end >= 0;

            if (name is [(byte)'.'])
            {
            }
            else if (name is [(byte)'.', (byte)'.'])
            {
                if (current == start)
                {
                    return PathLookup.Failed(Errno.NotPermitted);
                }

                current = current.Parent;
            }
            else if (name.Length > MaxNameBytes)
            {
                return PathLookup.Failed(Errno.NameTooLong);
            }
            else
            {
                var node = current.Find(name);
                if (node is SymbolicLinkNode link && (!isLast || mode == LookupMode.Follow || (mode == LookupMode.NoFollow && trailingSlash)))
                {
                    if (++links > MaxLinks)
                    {
                        return PathLookup.Failed(Errno.Loop);
                    }

                    var target = Walk(start, current, link.Target, LookupMode.Follow, ref links);
                    if (isLast || target.Errno != Errno.Success)
                    {
                        return target.OrMustBeDirectory(trailingSlash);
                    }

                    node = target.Node;
                    if (target.Existing() is var errno && errno != Errno.Success)
                    {
                        return PathLookup.Failed(errno);
                    }
                }
                else if (isLast)
                {
                    return PathLookup.Entry(current, name, node, trailingSlash);
                }

                switch (node)
                {
                    case null:
                        return PathLookup.Failed(Errno.NoEntry);
                    case DirectoryNode directory:
                        current = directory;
                        break;
                    default:
                        return PathLookup.Failed(Errno.NotDirectory);
                }
            }

            if (isLast)
            {
                return PathLookup.Directory(current);
            }

            path = rest;
        }
    }
}
