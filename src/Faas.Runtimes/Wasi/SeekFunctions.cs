namespace Faas.Runtimes.Wasi;

/// <summary>WASI preview 1, <c>fd_seek</c> and <c>fd_tell</c>. A position may be past the end, never before the start.</summary>
internal static class SeekFunctions
{
    public static Errno FdSeek(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var offset = arguments[1];
        var whence = (Whence)(byte)arguments[2];
        // "A seek by 0 from the current position" only tells, and needs only that right.
        var right = offset == 0 && whence == Whence.Current ? Rights.Tell : Rights.Seek;
        var errno = context.TryGetFile(arguments[0], right, Errno.IllegalSeek, out var descriptor, out var file);
        if (errno != Errno.Success)
        {
            return errno;
        }

        long from;
        switch (whence)
        {
            case Whence.Start:
                from = 0;
                break;
            case Whence.Current:
                from = (long)descriptor.Position;
                break;
            case Whence.End:
                from = file.Content.Length;
                break;
            default:
                return Errno.Invalid;
        }

        // Both are at least 0 or any value; only a sum above 2^63 - 1 wraps, and it wraps to a negative one.
        var position = unchecked(from + offset);
        if (position < 0)
        {
            return offset > 0 ? Errno.Overflow : Errno.Invalid;
        }

        if (!memory.TryWriteUInt64((uint)arguments[3], (ulong)position))
        {
            return Errno.Fault;
        }

        descriptor.Position = (ulong)position;
        return Errno.Success;
    }

    public static Errno FdTell(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var errno = context.TryGetFile(arguments[0], Rights.Tell, Errno.IllegalSeek, out var descriptor, out _);
        return errno != Errno.Success ? errno
            : memory.TryWriteUInt64((uint)arguments[1], descriptor.Position) ? Errno.Success
            : Errno.Fault;
    }
}
