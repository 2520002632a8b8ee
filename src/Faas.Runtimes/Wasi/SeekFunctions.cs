namespace Faas.Runtimes.Wasi;

/// <summary>WASI preview 1, <c>fd_seek</c> and <c>fd_tell</c>.</summary>
internal static class SeekFunctions
{
    public static Errno FdSeek(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments) =>
        Check(context, (uint)arguments[0]);

    public static Errno FdTell(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments) =>
        Check(context, (uint)arguments[0]);

    private static Errno Check(WasiContext context, uint number) =>
        !context.Descriptors.TryGet(number, out var descriptor) ? Errno.BadFileDescriptor
        : descriptor.Kind < DescriptorKind.Directory ? Errno.IllegalSeek
        : Errno.NoSystemCall;
}
