using Faas.Runtimes.Wasi.FileSystem;

namespace Faas.Runtimes.Wasi;

/// <summary>WASI preview 1: the functions that make, remove, move and read names.</summary>
internal static class PathFunctions
{
    public static Errno PathCreateDirectory(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var at = context.Lookup(memory, arguments[0], Rights.CreateDirectory, arguments[1], arguments[2], LookupMode.Entry);
        return at.Errno != Errno.Success ? at.Errno : context.FileSystem.CreateDirectory(at);
    }

    public static Errno PathRemoveDirectory(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var at = context.Lookup(memory, arguments[0], Rights.RemoveDirectory, arguments[1], arguments[2], LookupMode.Entry);
        return at.Errno != Errno.Success ? at.Errno : context.FileSystem.RemoveDirectory(at);
    }

    public static Errno PathUnlinkFile(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var at = context.Lookup(memory, arguments[0], Rights.UnlinkFile, arguments[1], arguments[2], LookupMode.Entry);
        return at.Errno != Errno.Success ? at.Errno : context.FileSystem.Unlink(at);
    }

    public static Errno PathRename(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var from = context.Lookup(memory, arguments[0], Rights.RenameSource, arguments[1], arguments[2], LookupMode.Entry);
        if (from.Errno != Errno.Success)
        {
            return from.Errno;
        }

        var to = context.Lookup(memory, arguments[3], Rights.RenameTarget, arguments[4], arguments[5], LookupMode.Entry);
        return to.Errno != Errno.Success ? to.Errno : context.FileSystem.Rename(from, to);
    }

    public static Errno PathLink(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        if (!DescriptorAccess.TryGetMode(arguments[1], out var mode))
        {
            return Errno.Invalid;
        }

        var from = context.Lookup(memory, arguments[0], Rights.LinkSource, arguments[2], arguments[3], mode);
        if (from.Errno != Errno.Success)
        {
            return from.Errno;
        }

        var to = context.Lookup(memory, arguments[4], Rights.LinkTarget, arguments[5], arguments[6], LookupMode.Entry);
        return to.Errno != Errno.Success ? to.Errno : context.FileSystem.Link(from, to);
    }

    /// <summary>The target need not exist, but it is a path like any other: relative, UTF-8, not too long.</summary>
    public static Errno PathSymlink(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        if (!memory.TryGetSpan((uint)arguments[0], (uint)arguments[1], out var target))
        {
            return Errno.Fault;
        }

        var at = context.Lookup(memory, arguments[2], Rights.Symlink, arguments[3], arguments[4], LookupMode.Entry);
        return at.Errno != Errno.Success ? at.Errno
            : PathResolver.Check(target) is var errno && errno != Errno.Success ? errno
            : context.FileSystem.CreateSymbolicLink(at, target);
    }

    /// <summary>A target longer than the buffer is cut, without a sign of it, as <c>readlink</c> does.</summary>
    public static Errno PathReadlink(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var at = context.Lookup(memory, arguments[0], Rights.ReadLink, arguments[1], arguments[2], LookupMode.NoFollow);
        if (at.Existing() is var errno && errno != Errno.Success)
        {
            return errno;
        }

        if (at.Node is not SymbolicLinkNode link)
        {
            return Errno.Invalid;
        }

        var result = (uint)arguments[5];
        if (!memory.TryGetSpan((uint)arguments[3], (uint)arguments[4], link.Target.Length, out var buffer)
            || !memory.Contains(result, sizeof(uint)))
        {
            return Errno.Fault;
        }

        link.Target[..buffer.Length].CopyTo(buffer);
        memory.TryWriteUInt32(result, (uint)buffer.Length);
        return Errno.Success;
    }
}
