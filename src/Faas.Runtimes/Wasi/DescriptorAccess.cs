using Faas.Runtimes.Wasi.FileSystem;

namespace Faas.Runtimes.Wasi;

/// <summary>The way from a descriptor number to the file or directory behind it, with every check on it.</summary>
internal static class DescriptorAccess
{
    /// <summary>An open regular file that has a right.</summary>
    /// <param name="context">The caller.</param>
    /// <param name="number">Descriptor as the guest gave it.</param>
    /// <param name="right">What the call needs.</param>
    /// <param name="onStream">Errno for a standard stream.</param>
    /// <param name="descriptor">The descriptor on success.</param>
    /// <param name="file">What it names on success.</param>
    public static Errno TryGetFile(
        this WasiContext context, long number, Rights right, Errno onStream, out FileDescriptor descriptor, out FileNode file)
    {
        file = null!;
        if (!context.Descriptors.TryGet((uint)number, out descriptor!))
        {
            return Errno.BadFileDescriptor;
        }

        if (descriptor.Kind != DescriptorKind.File)
        {
            return descriptor.Kind == DescriptorKind.Directory ? Errno.IsDirectory : onStream;
        }

        file = (FileNode)descriptor.Node!;
        return descriptor.Has(right) ? Errno.Success : Errno.NotCapable;
    }

    /// <summary>An open directory that has a right.</summary>
    public static Errno TryGetDirectory(
        this WasiContext context, long number, Rights right, out FileDescriptor descriptor, out DirectoryNode directory)
    {
        directory = null!;
        if (!context.Descriptors.TryGet((uint)number, out descriptor!))
        {
            return Errno.BadFileDescriptor;
        }

        if (descriptor.Kind != DescriptorKind.Directory)
        {
            return Errno.NotDirectory;
        }

        if (!descriptor.Has(right))
        {
            return Errno.NotCapable;
        }

        directory = (DirectoryNode)context.NodeOf(descriptor);
        return Errno.Success;
    }

    /// <summary>What a file's or directory's descriptor names; the pre-opened directory gets its node here.</summary>
    public static Node NodeOf(this WasiContext context, FileDescriptor descriptor)
    {
        if (descriptor.Node is null)
        {
            descriptor.Node = context.FileSystem.Root;
            descriptor.Node.Opened();
        }

        return descriptor.Node;
    }

    /// <summary>Looks up a path in guest memory from a directory descriptor that has a right.</summary>
    public static PathLookup Lookup(
        this WasiContext context, GuestMemory memory, long number, Rights right, long pointer, long length, LookupMode mode)
    {
        var errno = context.TryGetDirectory(number, right, out _, out var directory);
        return errno != Errno.Success ? PathLookup.Failed(errno)
            : !memory.TryGetSpan((uint)pointer, (uint)length, out var path) ? PathLookup.Failed(Errno.Fault)
            : PathResolver.Resolve(directory, path, mode);
    }

    /// <summary>WASI preview 1, <c>lookupflags</c>: bit 0 is <c>symlink_follow</c>.</summary>
    /// <returns>False when another bit is set.</returns>
    public static bool TryGetMode(long lookupFlags, out LookupMode mode)
    {
        mode = (lookupFlags & 1) != 0 ? LookupMode.Follow : LookupMode.NoFollow;
        return ((uint)lookupFlags & ~1u) == 0;
    }
}
