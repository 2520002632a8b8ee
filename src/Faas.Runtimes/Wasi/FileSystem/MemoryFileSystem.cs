using System.Text;

namespace Faas.Runtimes.Wasi.FileSystem;

/// <summary>
/// The private file system of one invocation: starts with the function's bundled files, ends with the invocation.
/// The rules of names (what may replace what, which error wins) are those of POSIX for the call of the same name.
/// </summary>
internal sealed class MemoryFileSystem
{
    private readonly TimeProvider _time;
    private ulong _nextInode = 1;

    public MemoryFileSystem(TimeProvider time, FileSystemQuota quota, IReadOnlyList<(string Path, ReadOnlyMemory<byte> Content)> bundledFiles)
    {
        _time = time;
        Quota = quota;
        Root = new DirectoryNode(_nextInode++, Now, parent: null);
        foreach (var (path, content) in bundledFiles)
        {
            AddBundled(path, content);
        }
    }

    public DirectoryNode Root { get; }

    public FileSystemQuota Quota { get; }

    public ulong Now => ClockFunctions.Realtime(_time);

    public Errno CreateFile(in PathLookup at, out FileNode file)
    {
        file = null!;
        var errno = TryChargeEntry(at, newNode: true);
        if (errno == Errno.Success)
        {
            file = new FileNode(_nextInode++, Now, Quota);
            AddEntry(at, file);
        }

        return errno;
    }

    public Errno CreateDirectory(in PathLookup at)
    {
        if (at.Node is not null)
        {
            return Errno.Exists;
        }

        var errno = TryChargeEntry(at, newNode: true);
        if (errno == Errno.Success)
        {
            AddEntry(at, new DirectoryNode(_nextInode++, Now, at.Parent));
        }

        return errno;
    }

    public Errno CreateSymbolicLink(in PathLookup at, ReadOnlySpan<byte> target)
    {
        if (NameRules.CanCreate(at) is var refused && refused != Errno.Success)
        {
            return refused;
        }

        if (!Quota.TryCharge(target.Length))
        {
            return Errno.NoSpace;
        }

        var errno = TryChargeEntry(at, newNode: true);
        if (errno == Errno.Success)
        {
            AddEntry(at, new SymbolicLinkNode(_nextInode++, Now, Quota, target.ToArray()));
        }
        else
        {
            Quota.Refund(target.Length);
        }

        return errno;
    }

    public Errno Link(in PathLookup from, in PathLookup to)
    {
        if (from.Existing() is var missing && missing != Errno.Success)
        {
            return missing;
        }

        if (NameRules.CanCreate(to) is var refused && refused != Errno.Success)
        {
            return refused;
        }

        if (from.Node is DirectoryNode)
        {
            return Errno.NotPermitted;
        }

        var errno = TryChargeEntry(to, newNode: false);
        if (errno == Errno.Success)
        {
            AddEntry(to, from.Node!);
            from.Node!.ChangeTime = Now;
        }

        return errno;
    }

    public Errno Unlink(in PathLookup at)
    {
        if (at.Node is null)
        {
            return Errno.NoEntry;
        }

        if (at.Node is DirectoryNode)
        {
            return Errno.IsDirectory;
        }

        if (at.MustBeDirectory)
        {
            return Errno.NotDirectory;
        }

        RemoveEntry(at);
        return Errno.Success;
    }

    public Errno RemoveDirectory(in PathLookup at)
    {
        if (at.Node is null)
        {
            return Errno.NoEntry;
        }

        if (at.Node is not DirectoryNode directory)
        {
            return Errno.NotDirectory;
        }

        if (at.Name.IsEmpty)
        {
            return Errno.Invalid;
        }

        if (!directory.IsEmpty)
        {
            return Errno.NotEmpty;
        }

        RemoveEntry(at);
        return Errno.Success;
    }

    public Errno Rename(in PathLookup from, in PathLookup to)
    {
        if (from.Existing() is var missing && missing != Errno.Success)
        {
            return missing;
        }

        if (from.Name.IsEmpty || to.Name.IsEmpty)
        {
            return Errno.Invalid;
        }

        if (from.Node == to.Node)
        {
            return Errno.Success;
        }

        if (NameRules.CanReplace(from.Node!, to) is var refused && refused != Errno.Success)
        {
            return refused;
        }

        // Charged before anything changes, so that a full file system leaves both names as they are.
        var errno = TryChargeEntry(to, newNode: false);
        if (errno != Errno.Success)
        {
            return errno;
        }

        if (to.Node is not null)
        {
            RemoveEntry(to);
        }

        DetachName(from, from.Node!);
        AddEntry(to, from.Node!);
        from.Node!.ChangeTime = Now;
        return Errno.Success;
    }

    /// <summary>Notes that a descriptor is gone; an unlinked node ends with its last one.</summary>
    public void Close(Node node)
    {
        node.Closed();
        ReleaseIfUnreachable(node);
    }

    private static long EntryCharge(ReadOnlySpan<byte> name) => FileSystemQuota.EntryBytes + name.Length;

    private Errno TryChargeEntry(in PathLookup at, bool newNode)
    {
        if (at.Parent.IsRemoved)
        {
            return Errno.NoEntry;
        }

        if (!Quota.TryCharge(EntryCharge(at.Name)))
        {
            return Errno.NoSpace;
        }

        if (newNode && !Quota.TryChargeNode())
        {
            Quota.Refund(EntryCharge(at.Name));
            return Errno.NoSpace;
        }

        return Errno.Success;
    }

    private void AddEntry(in PathLookup at, Node node)
    {
        at.Parent.Add(at.Name, node);
        if (node is DirectoryNode directory)
        {
            directory.Parent = at.Parent;
            at.Parent.Links++;
        }
        else
        {
            node.Links++;
        }

        at.Parent.ModifyTime = at.Parent.ChangeTime = Now;
    }

    private void DetachName(in PathLookup at, Node node)
    {
        at.Parent.Remove(at.Name);
        Quota.Refund(EntryCharge(at.Name));
        if (node is DirectoryNode)
        {
            at.Parent.Links--;
        }
        else
        {
            node.Links--;
        }

        at.Parent.ModifyTime = at.Parent.ChangeTime = node.ChangeTime = Now;
    }

    private void RemoveEntry(in PathLookup at)
    {
        var node = at.Node!;
        DetachName(at, node);
        if (node is DirectoryNode)
        {
            node.Links = 0;
        }

        ReleaseIfUnreachable(node);
    }

    private void ReleaseIfUnreachable(Node node)
    {
        if (node.IsUnreachable)
        {
            node.Release();
            Quota.RefundNode();
        }
    }

    /// <summary>Adds a file and the directories above it. What the bundle takes comes on top of the invocation's limits.</summary>
    private void AddBundled(string path, ReadOnlyMemory<byte> content)
    {
        var parent = Root;
        var names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < names.Length; i++)
        {
            var name = Encoding.UTF8.GetBytes(names[i]);
            var isFile = i == names.Length - 1;
            if (PathResolver.Check(name) != Errno.Success || names[i] is "." or ".." || name.Length > PathResolver.MaxNameBytes)
            {
                return;
            }

            var node = parent.Find(name);
            if (node is null)
            {
                node = isFile ? new FileNode(_nextInode++, Now, Quota, content) : new DirectoryNode(_nextInode++, Now, parent);
                Quota.Extend(EntryCharge(name));
                AddEntry(PathLookup.Entry(parent, name, null, mustBeDirectory: false), node);
            }

            if (node is not DirectoryNode directory)
            {
                return;
            }

            parent = directory;
        }
    }
}
