using Faas.Runtimes.Wasi.FileSystem;

namespace Faas.Runtimes.Wasi;

/// <summary>
/// WASI preview 1, <c>fd_read</c>, <c>fd_write</c>, <c>fd_pread</c>, <c>fd_pwrite</c>. Bytes go straight between guest
/// memory and the stream or file.
/// </summary>
internal static class ReadWriteFunctions
{
    public static Errno FdRead(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var result = (uint)arguments[3];
        var errno = Prepare(context, memory, arguments, Rights.Read, result, out var descriptor, out var vectors);
        if (errno != Errno.Success)
        {
            return errno;
        }

        uint total;
        if (descriptor.Node is FileNode file)
        {
            errno = FileStreams.Read(context, file, descriptor.Position, ref vectors, out total);
            descriptor.Position += total;
        }
        else
        {
            errno = StandardStreams.Read(context, descriptor, ref vectors, out total);
        }

        return Finish(memory, result, errno, total);
    }

    public static Errno FdWrite(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var result = (uint)arguments[3];
        var errno = Prepare(context, memory, arguments, Rights.Write, result, out var descriptor, out var vectors);
        if (errno != Errno.Success)
        {
            return errno;
        }

        uint total;
        if (descriptor.Node is FileNode file)
        {
            var position = (descriptor.Flags & FdFlags.Append) != 0 ? (ulong)file.Content.Length : descriptor.Position;
            errno = FileStreams.Write(context, file, position, ref vectors, out total);
            if (errno == Errno.Success)
            {
                descriptor.Position = position + total;
            }
        }
        else
        {
            errno = StandardStreams.Write(context, descriptor, ref vectors, out total);
        }

        return Finish(memory, result, errno, total);
    }

    public static Errno FdPread(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var result = (uint)arguments[4];
        var errno = PrepareAt(context, memory, arguments, Rights.Read, result, out var file, out var vectors);
        if (errno != Errno.Success)
        {
            return errno;
        }

        errno = FileStreams.Read(context, file, (ulong)arguments[3], ref vectors, out var total);
        return Finish(memory, result, errno, total);
    }

    /// <summary>Writes at the offset also in append mode, as POSIX has it.</summary>
    public static Errno FdPwrite(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var result = (uint)arguments[4];
        var errno = PrepareAt(context, memory, arguments, Rights.Write, result, out var file, out var vectors);
        if (errno != Errno.Success)
        {
            return errno;
        }

        errno = FileStreams.Write(context, file, (ulong)arguments[3], ref vectors, out var total);
        return Finish(memory, result, errno, total);
    }

    /// <summary>Checks descriptor, right, vectors and the place of the result before anything moves.</summary>
    private static Errno Prepare(
        WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments, Rights right, uint result,
        out FileDescriptor descriptor, out IoVectors vectors)
    {
        vectors = default;
        return !context.Descriptors.TryGet((uint)arguments[0], out descriptor!) ? Errno.BadFileDescriptor
            : descriptor.Kind == DescriptorKind.Directory ? Errno.IsDirectory
            : !descriptor.Has(right) ? Errno.NotCapable
            : CheckMemory(memory, arguments, result, out vectors);
    }

    private static Errno PrepareAt(
        WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments, Rights right, uint result,
        out FileNode file, out IoVectors vectors)
    {
        vectors = default;
        // The specification asks for the seek right too: the caller picks a position.
        var errno = context.TryGetFile(arguments[0], right | Rights.Seek, Errno.IllegalSeek, out _, out file);
        return errno != Errno.Success ? errno
            : arguments[3] < 0 ? Errno.Invalid
            : CheckMemory(memory, arguments, result, out vectors);
    }

    private static Errno CheckMemory(GuestMemory memory, ReadOnlySpan<long> arguments, uint result, out IoVectors vectors) =>
        IoVectors.TryCreate(memory, (uint)arguments[1], (uint)arguments[2], out vectors) && memory.Contains(result, sizeof(uint))
            ? Errno.Success
            : Errno.Fault;

    private static Errno Finish(GuestMemory memory, uint result, Errno errno, uint total)
    {
        if (errno == Errno.Success)
        {
            memory.TryWriteUInt32(result, total);
        }

        return errno;
    }
}
