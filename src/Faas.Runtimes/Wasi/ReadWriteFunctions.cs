namespace Faas.Runtimes.Wasi;

/// <summary>
/// WASI preview 1, <c>fd_read</c> and <c>fd_write</c>. Bytes go straight between guest memory and the stream or file.
/// </summary>
internal static class ReadWriteFunctions
{
    public static Errno FdRead(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var errno = Prepare(context, memory, arguments, Rights.Read, (uint)arguments[3], out var descriptor, out var vectors);
        if (errno != Errno.Success)
        {
            return errno;
        }

        uint total = 0;
        errno = descriptor.Kind switch
        {
            DescriptorKind.StandardInput => StandardStreams.Read(context, descriptor, ref vectors, out total),
            _ => Errno.NoSystemCall,
        };
        return Finish(memory, (uint)arguments[3], errno, total);
    }

    public static Errno FdWrite(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var errno = Prepare(context, memory, arguments, Rights.Write, (uint)arguments[3], out var descriptor, out var vectors);
        if (errno != Errno.Success)
        {
            return errno;
        }

        uint total = 0;
        errno = descriptor.Kind switch
        {
            DescriptorKind.StandardOutput or DescriptorKind.StandardError => StandardStreams.Write(context, descriptor, ref vectors, out total),
            _ => Errno.NoSystemCall,
        };
        return Finish(memory, (uint)arguments[3], errno, total);
    }

    /// <summary>Checks descriptor, right, vectors and the place of the result before anything moves.</summary>
    private static Errno Prepare(
        WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments, Rights right, uint result,
        out FileDescriptor descriptor, out IoVectors vectors)
    {
        vectors = default;
        return !context.Descriptors.TryGet((uint)arguments[0], out descriptor!) ? Errno.BadFileDescriptor
            : !descriptor.Has(right) ? Errno.NotCapable
            : !IoVectors.TryCreate(memory, (uint)arguments[1], (uint)arguments[2], out vectors) ? Errno.Fault
            : !memory.Contains(result, sizeof(uint)) ? Errno.Fault
            : Errno.Success;
    }

    private static Errno Finish(GuestMemory memory, uint result, Errno errno, uint total)
    {
        if (errno == Errno.Success)
        {
            memory.TryWriteUInt32(result, total);
        }

        return errno;
    }
}
