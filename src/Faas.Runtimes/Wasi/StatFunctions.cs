using Faas.Runtimes.Wasi.FileSystem;

namespace Faas.Runtimes.Wasi;

/// <summary>WASI preview 1, <c>fd_filestat_get</c>, <c>fd_filestat_set_times</c>, <c>path_filestat_get</c>, <c>path_filestat_set_times</c>.</summary>
internal static class StatFunctions
{
    public static Errno FdFilestatGet(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments) =>
        FdFilestatGet(context, memory, arguments, FilestatLayout.Preview1);

    public static Errno FdFilestatGet(
        WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments, in FilestatLayout layout)
    {
        var number = (uint)arguments[0];
        if (!context.Descriptors.TryGet(number, out var descriptor))
        {
            return Errno.BadFileDescriptor;
        }

        if (!descriptor.Has(Rights.GetStat))
        {
            return Errno.NotCapable;
        }

        if (!memory.TryGetSpan((uint)arguments[1], layout.Bytes, out var target))
        {
            return Errno.Fault;
        }

        if (descriptor.Kind < DescriptorKind.Directory)
        {
            layout.WriteStream(target, descriptor.Type);
        }
        else
        {
            layout.Write(target, context.NodeOf(descriptor));
        }

        return Errno.Success;
    }

    public static Errno PathFilestatGet(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments) =>
        PathFilestatGet(context, memory, arguments, FilestatLayout.Preview1);

    public static Errno PathFilestatGet(
        WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments, in FilestatLayout layout)
    {
        if (!DescriptorAccess.TryGetMode(arguments[1], out var mode))
        {
            return Errno.Invalid;
        }

        var lookup = context.Lookup(memory, arguments[0], Rights.PathGetStat, arguments[2], arguments[3], mode);
        if (lookup.Existing() is var errno && errno != Errno.Success)
        {
            return errno;
        }

        if (!memory.TryGetSpan((uint)arguments[4], layout.Bytes, out var target))
        {
            return Errno.Fault;
        }

        layout.Write(target, lookup.Node!);
        return Errno.Success;
    }

    public static Errno FdFilestatSetTimes(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        if (!context.Descriptors.TryGet((uint)arguments[0], out var descriptor))
        {
            return Errno.BadFileDescriptor;
        }

        return !descriptor.Has(Rights.SetTimes)
            ? Errno.NotCapable
            : SetTimes(context, context.NodeOf(descriptor), arguments[1], arguments[2], arguments[3]);
    }

    public static Errno PathFilestatSetTimes(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        if (!DescriptorAccess.TryGetMode(arguments[1], out var mode))
        {
            return Errno.Invalid;
        }

        var lookup = context.Lookup(memory, arguments[0], Rights.PathSetTimes, arguments[2], arguments[3], mode);
        return lookup.Existing() is var errno && errno != Errno.Success
            ? errno
            : SetTimes(context, lookup.Node!, arguments[4], arguments[5], arguments[6]);
    }

    private static Errno SetTimes(WasiContext context, Node node, long access, long modify, long flags)
    {
        var what = (TimeFlags)(ushort)flags;
        const TimeFlags BothAccess = TimeFlags.Access | TimeFlags.AccessNow;
        const TimeFlags BothModify = TimeFlags.Modify | TimeFlags.ModifyNow;
        if ((what & ~(BothAccess | BothModify)) != 0 || (what & BothAccess) == BothAccess || (what & BothModify) == BothModify)
        {
            return Errno.Invalid;
        }

        var now = context.FileSystem.Now;
        if ((what & BothAccess) != 0)
        {
            node.AccessTime = (what & TimeFlags.AccessNow) != 0 ? now : (ulong)access;
        }

        if ((what & BothModify) != 0)
        {
            node.ModifyTime = (what & TimeFlags.ModifyNow) != 0 ? now : (ulong)modify;
        }

        node.ChangeTime = now;
        return Errno.Success;
    }
}
