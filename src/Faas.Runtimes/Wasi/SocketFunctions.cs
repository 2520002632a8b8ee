namespace Faas.Runtimes.Wasi;

/// <summary>
/// WASI preview 1, <c>sock_*</c>: functions have no network, so no descriptor is ever a socket. A directory is answered
/// like a descriptor that is not open: programs count on the first number after the streams to be free of sockets and
/// streams, and only find a directory there because one is pre-opened for everybody.
/// </summary>
internal static class SocketFunctions
{
    public static Errno NotSocket(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments) =>
        context.Descriptors.TryGet((uint)arguments[0], out var descriptor) && descriptor.Kind != DescriptorKind.Directory
            ? Errno.NotSocket
            : Errno.BadFileDescriptor;
}
