namespace Faas.Runtimes.Wasi;

/// <summary>WASI preview 1, <c>sock_*</c>: functions have no network, so no descriptor is ever a socket.</summary>
internal static class SocketFunctions
{
    public static Errno NotSocket(WasiContext context, GuestMemory memory, ReadOnlySpan<long> arguments) =>
        context.Descriptors.TryGet((uint)arguments[0], out _) ? Errno.NotSocket : Errno.BadFileDescriptor;
}
