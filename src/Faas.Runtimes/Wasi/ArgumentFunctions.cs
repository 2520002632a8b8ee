namespace Faas.Runtimes.Wasi;

/// <summary>
/// WASI preview 1, <c>args_*</c> and <c>environ_*</c>: both are a list of zero-terminated strings, given as an array of
/// pointers and a buffer that the guest sized by the <c>_sizes_get</c> twin.
/// </summary>
internal static class ArgumentFunctions
{
    /// <summary><c>argv[0]</c>: the host's file name is none of the guest's business.</summary>
    private static ReadOnlySpan<byte> ProgramName => "main"u8;

    public static Errno ArgsGet(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var invocation = context.Invocation;
        var pointers = (uint)arguments[0];
        var buffer = (uint)arguments[1];
        if (!TryAppend(memory, ref pointers, ref buffer, ProgramName))
        {
            return Errno.Fault;
        }

        for (var i = 0; i < invocation.ArgumentCount; i++)
        {
            if (!TryAppend(memory, ref pointers, ref buffer, invocation.GetArgument(i)))
            {
                return Errno.Fault;
            }
        }

        return Errno.Success;
    }

    public static Errno ArgsSizesGet(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var invocation = context.Invocation;
        var bytes = ProgramName.Length + 1;
        for (var i = 0; i < invocation.ArgumentCount; i++)
        {
            bytes += invocation.GetArgument(i).Length + 1;
        }

        return WriteSizes(memory, arguments, invocation.ArgumentCount + 1, bytes);
    }

    public static Errno EnvironGet(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var invocation = context.Invocation;
        var pointers = (uint)arguments[0];
        var buffer = (uint)arguments[1];
        for (var i = 0; i < invocation.EnvironmentCount; i++)
        {
            if (!TryAppend(memory, ref pointers, ref buffer, invocation.GetEnvironment(i)))
            {
                return Errno.Fault;
            }
        }

        return Errno.Success;
    }

    public static Errno EnvironSizesGet(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments)
    {
        var invocation = context.Invocation;
        var bytes = 0;
        for (var i = 0; i < invocation.EnvironmentCount; i++)
        {
            bytes += invocation.GetEnvironment(i).Length + 1;
        }

        return WriteSizes(memory, arguments, invocation.EnvironmentCount, bytes);
    }

    private static bool TryAppend(GuestMemory memory, ref uint pointers, ref uint buffer, ReadOnlySpan<byte> text)
    {
        var size = (uint)text.Length + 1;
        if (!memory.TryWriteUInt32(pointers, buffer) || !memory.TryGetSpan(buffer, size, out var target))
        {
            return false;
        }

        text.CopyTo(target);
        target[text.Length] = 0;
        // Both stay below 2^32: what was just written ends inside the memory, and a wrap at exactly 4 GiB only meets
        // the same check again at address 0.
        pointers = unchecked(pointers + sizeof(uint));
        buffer = unchecked(buffer + size);
        return true;
    }

    private static Errno WriteSizes(GuestMemory memory, ReadOnlySpan<long> arguments, int count, int bytes) =>
        memory.TryWriteUInt32((uint)arguments[0], (uint)count) && memory.TryWriteUInt32((uint)arguments[1], (uint)bytes)
            ? Errno.Success
            : Errno.Fault;
}
