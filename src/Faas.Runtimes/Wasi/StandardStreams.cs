namespace Faas.Runtimes.Wasi;

/// <summary>
/// Standard input, output and error of the guest: the invocation's own streams. A bad buffer after a good one ends the
/// transfer there; the call answers what was moved, as POSIX allows.
/// </summary>
internal static class StandardStreams
{
    /// <summary>Blocks for the first bytes only: a later buffer is filled with what is already there.</summary>
    public static Errno Read(WasiContext context, FileDescriptor descriptor, ref IoVectors vectors, out uint total)
    {
        var invocation = context.Invocation;
        total = 0;
        while (true)
        {
            if (!vectors.TryNext(out var buffer))
            {
                return total == 0 ? Errno.Fault : Errno.Success;
            }

            if (buffer.IsEmpty)
            {
                return Errno.Success;
            }

            if (total > 0 ? invocation.AvailableInput <= 0 : MustNotBlock(descriptor) && invocation.AvailableInput == 0)
            {
                return total > 0 ? Errno.Success : Errno.Again;
            }

            var count = invocation.ReadInput(buffer);
            total += (uint)count;
            if (count == 0 && total == 0 && context.IsInterrupted)
            {
                return context.TerminateInterrupted();
            }

            if (count < buffer.Length)
            {
                return Errno.Success;
            }
        }
    }

    public static Errno Write(WasiContext context, FileDescriptor descriptor, ref IoVectors vectors, out uint total)
    {
        var invocation = context.Invocation;
        total = 0;
        while (true)
        {
            if (!vectors.TryNext(out var buffer))
            {
                return total == 0 ? Errno.Fault : Errno.Success;
            }

            if (buffer.IsEmpty)
            {
                return Errno.Success;
            }

            var goesOn = descriptor.Kind == DescriptorKind.StandardOutput
                ? invocation.WriteOutput(buffer)
                : invocation.WriteError(buffer);
            if (!goesOn)
            {
                return context.TerminateInterrupted();
            }

            total += (uint)buffer.Length;
        }
    }

    private static bool MustNotBlock(FileDescriptor descriptor) => (descriptor.Flags & FdFlags.NonBlock) != 0;
}
