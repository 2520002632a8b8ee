namespace Faas.Runtimes.Wasi;

/// <summary>
/// WASI preview 1: what concerns a file's content besides reading and writing (<c>fd_advise</c>, <c>fd_allocate</c>,
/// <c>fd_filestat_set_size</c>, <c>fd_datasync</c>, <c>fd_sync</c>).
/// </summary>
internal static class FileFunctions
{
    /// <summary>Highest value of <c>advice</c> (<c>noreuse</c>).</summary>
    private const byte LastAdvice = 5;

    /// <summary>Advice is checked and then ignored: the file is in memory already.</summary>
    public static Errno FdAdvise(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var errno = context.TryGetFile(arguments[0], Rights.Advise, Errno.IllegalSeek, out _, out _);
        return errno != Errno.Success ? errno
            : arguments[1] < 0 || arguments[2] < 0 || (uint)arguments[3] > LastAdvice ? Errno.Invalid
            : Errno.Success;
    }

    public static Errno FdAllocate(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var errno = context.TryGetFile(arguments[0], Rights.Allocate, Errno.IllegalSeek, out _, out var file);
        if (errno != Errno.Success)
        {
            return errno;
        }

        var offset = arguments[1];
        var length = arguments[2];
        if (offset < 0 || length <= 0)
        {
            return Errno.Invalid;
        }

        if (length > context.FileSystem.Quota.MaxFileBytes - offset)
        {
            return Errno.FileTooBig;
        }

        if (!file.Content.TryAllocate(offset, length))
        {
            return Errno.NoSpace;
        }

        file.ChangeTime = context.FileSystem.Now;
        return Errno.Success;
    }

    public static Errno FdFilestatSetSize(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var errno = context.TryGetFile(arguments[0], Rights.SetSize, Errno.Invalid, out _, out var file);
        if (errno != Errno.Success)
        {
            return errno;
        }

        var size = arguments[1];
        if (size < 0)
        {
            return Errno.Invalid;
        }

        if (!file.Content.TrySetLength(size))
        {
            return size > context.FileSystem.Quota.MaxFileBytes ? Errno.FileTooBig : Errno.NoSpace;
        }

        file.ModifyTime = file.ChangeTime = context.FileSystem.Now;
        return Errno.Success;
    }

    public static Errno FdDatasync(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments) =>
        Synchronize(context, arguments[0], Rights.DataSync);

    public static Errno FdSync(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments) =>
        Synchronize(context, arguments[0], Rights.Sync);

    /// <summary>Nothing is ever pending: streams are not buffered here and files end with the invocation.</summary>
    private static Errno Synchronize(WasiContext context, long number, Rights right) =>
        !context.Descriptors.TryGet((uint)number, out var descriptor) ? Errno.BadFileDescriptor
        : !descriptor.Has(right) ? Errno.NotCapable
        : Errno.Success;
}
