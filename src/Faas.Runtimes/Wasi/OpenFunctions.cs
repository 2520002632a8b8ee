using Faas.Runtimes.Wasi.FileSystem;

namespace Faas.Runtimes.Wasi;

/// <summary>WASI preview 1, <c>path_open</c>.</summary>
internal static class OpenFunctions
{
    public static Errno PathOpen(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var how = (OpenFlags)(ushort)arguments[4];
        var rights = (Rights)arguments[5];
        var inheriting = (Rights)arguments[6];
        var flags = (FdFlags)(ushort)arguments[7];
        var result = (uint)arguments[8];
        var create = (how & OpenFlags.Create) != 0;
        if (!DescriptorAccess.TryGetMode(arguments[1], out var mode)
            || (how & ~OpenFlags.All) != 0
            || (flags & ~FdFlags.All) != 0
            || (create && (how & OpenFlags.Directory) != 0))
        {
            return Errno.Invalid;
        }

        var needed = Rights.OpenPath
            | (create ? Rights.CreateFile : Rights.None)
            | ((how & OpenFlags.Truncate) != 0 ? Rights.PathSetSize : Rights.None);
        var errno = context.TryGetDirectory(arguments[0], needed, out var parent, out var start);
        if (errno != Errno.Success)
        {
            return errno;
        }

        if (!memory.TryGetSpan((uint)arguments[2], (uint)arguments[3], out var path) || !memory.Contains(result, sizeof(uint)))
        {
            return Errno.Fault;
        }

        // An exclusive creation never follows: the link itself is what exists.
        var isExclusive = create && (how & OpenFlags.Exclusive) != 0;
        var lookup = PathResolver.Resolve(start, path, isExclusive ? LookupMode.Entry : mode);
        if (lookup.Errno != Errno.Success)
        {
            return lookup.Errno;
        }

        var kind = lookup.Node is DirectoryNode ? DescriptorKind.Directory : DescriptorKind.File;
        errno = lookup.Node is null ? CheckMissing(lookup, create)
            : isExclusive ? Errno.Exists
            : CheckExisting(lookup, how, rights);
        if (errno != Errno.Success)
        {
            return errno;
        }

        // Rights that do not apply to the kind of file are left out; of the others none may be gained.
        rights &= kind == DescriptorKind.Directory ? Rights.Directory : Rights.File;
        inheriting &= kind == DescriptorKind.Directory ? Rights.Inheritable : Rights.None;
        if (((rights | inheriting) & ~parent.Inheriting) != 0)
        {
            return Errno.NotCapable;
        }

        var descriptor = new FileDescriptor(kind) { Rights = rights, Inheriting = inheriting, Flags = flags };
        if (!context.Descriptors.TryAdd(descriptor, out var number))
        {
            return Errno.TooManyFiles;
        }

        errno = lookup.Node is null ? CreateFile(context, lookup, descriptor) : Open(context, lookup.Node, descriptor, how);
        if (errno != Errno.Success)
        {
            context.Descriptors.Remove(number);
            return errno;
        }

        memory.TryWriteUInt32(result, number);
        return Errno.Success;
    }

    private static Errno CheckMissing(in PathLookup lookup, bool create) =>
        !create ? Errno.NoEntry
        : lookup.MustBeDirectory ? Errno.IsDirectory
        : Errno.Success;

    private static Errno CheckExisting(in PathLookup lookup, OpenFlags how, Rights rights) => lookup.Node switch
    {
        SymbolicLinkNode => Errno.Loop,
        DirectoryNode => (how & (OpenFlags.Create | OpenFlags.Truncate)) != 0 || (rights & Rights.Write) != 0
            ? Errno.IsDirectory
            : Errno.Success,
        _ => lookup.MustBeDirectory || (how & OpenFlags.Directory) != 0 ? Errno.NotDirectory : Errno.Success,
    };

    private static Errno CreateFile(WasiContext context, in PathLookup lookup, FileDescriptor descriptor)
    {
        var errno = context.FileSystem.CreateFile(lookup, out var file);
        return errno != Errno.Success ? errno : Open(context, file, descriptor, OpenFlags.None);
    }

    private static Errno Open(WasiContext context, Node node, FileDescriptor descriptor, OpenFlags how)
    {
        if ((how & OpenFlags.Truncate) != 0 && node is FileNode file)
        {
            file.Content.TrySetLength(0);
            file.ModifyTime = file.ChangeTime = context.FileSystem.Now;
        }

        node.Opened();
        descriptor.Node = node;
        return Errno.Success;
    }
}
