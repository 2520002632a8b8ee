using System.Buffers.Binary;

namespace Faas.Runtimes.Wasi;

/// <summary>WASI preview 1: what concerns a descriptor as such (<c>fd_close</c>, <c>fd_renumber</c>, <c>fd_fdstat_*</c>, <c>fd_prestat_*</c>).</summary>
internal static class DescriptorFunctions
{
    /// <summary>Size of <c>fdstat</c>: filetype at 0, flags at 2, base rights at 8, inheriting rights at 16.</summary>
    private const uint FdstatBytes = 24;

    /// <summary>Size of <c>prestat</c>: tag at 0 (0 = directory), length of the name at 4.</summary>
    private const uint PrestatBytes = 8;

    private static ReadOnlySpan<byte> RootName => "/"u8;

    public static Errno FdClose(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var number = (uint)arguments[0];
        if (!context.Descriptors.TryGet(number, out var descriptor))
        {
            return Errno.BadFileDescriptor;
        }

        context.Descriptors.Remove(number);
        Release(context, descriptor);
        return Errno.Success;
    }

    public static Errno FdRenumber(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var from = (uint)arguments[0];
        var to = (uint)arguments[1];
        if (!context.Descriptors.TryGet(from, out _) || !context.Descriptors.TryGet(to, out var replaced))
        {
            return Errno.BadFileDescriptor;
        }

        if (from != to)
        {
            context.Descriptors.Move(from, to);
            Release(context, replaced);
        }

        return Errno.Success;
    }

    public static Errno FdFdstatGet(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        if (!context.Descriptors.TryGet((uint)arguments[0], out var descriptor))
        {
            return Errno.BadFileDescriptor;
        }

        if (!memory.TryGetSpan((uint)arguments[1], FdstatBytes, out var target))
        {
            return Errno.Fault;
        }

        target.Clear();
        target[0] = (byte)descriptor.Type;
        BinaryPrimitives.WriteUInt16LittleEndian(target[2..], (ushort)descriptor.Flags);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], (ulong)descriptor.Rights);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], (ulong)descriptor.Inheriting);
        return Errno.Success;
    }

    public static Errno FdFdstatSetFlags(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        if (!context.Descriptors.TryGet((uint)arguments[0], out var descriptor))
        {
            return Errno.BadFileDescriptor;
        }

        var flags = (FdFlags)(ushort)arguments[1];
        if ((flags & ~FdFlags.All) != 0)
        {
            return Errno.Invalid;
        }

        if (!descriptor.Has(Rights.SetFlags))
        {
            return Errno.NotCapable;
        }

        descriptor.Flags = flags;
        return Errno.Success;
    }

    /// <summary>Rights can only be given up.</summary>
    public static Errno FdFdstatSetRights(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        if (!context.Descriptors.TryGet((uint)arguments[0], out var descriptor))
        {
            return Errno.BadFileDescriptor;
        }

        var rights = (Rights)arguments[1];
        var inheriting = (Rights)arguments[2];
        if ((rights & ~descriptor.Rights) != 0 || (inheriting & ~descriptor.Inheriting) != 0)
        {
            return Errno.NotCapable;
        }

        descriptor.Rights = rights;
        descriptor.Inheriting = inheriting;
        return Errno.Success;
    }

    public static Errno FdPrestatGet(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        if (!context.Descriptors.TryGet((uint)arguments[0], out var descriptor) || !descriptor.IsPreopened)
        {
            return Errno.BadFileDescriptor;
        }

        if (!memory.TryGetSpan((uint)arguments[1], PrestatBytes, out var target))
        {
            return Errno.Fault;
        }

        target.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], (uint)RootName.Length);
        return Errno.Success;
    }

    public static Errno FdPrestatDirName(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        if (!context.Descriptors.TryGet((uint)arguments[0], out var descriptor) || !descriptor.IsPreopened)
        {
            return Errno.BadFileDescriptor;
        }

        var length = (uint)arguments[2];
        if (length < (uint)RootName.Length)
        {
            return Errno.NameTooLong;
        }

        if (!memory.TryGetSpan((uint)arguments[1], (uint)RootName.Length, out var target))
        {
            return Errno.Fault;
        }

        RootName.CopyTo(target);
        return Errno.Success;
    }

    private static void Release(WasiContext context, FileDescriptor descriptor)
    {
        if (descriptor.Node is { } node)
        {
            descriptor.Node = null;
            context.FileSystem.Close(node);
        }
    }
}
