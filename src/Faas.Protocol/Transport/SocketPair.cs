using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Faas.Protocol.Transport;

/// <summary>Two Unix stream sockets connected to each other (socketpair(2)), close-on-exec.</summary>
internal static class SocketPair
{
    /// <exception cref="IOException">There are no descriptors left.</exception>
    public static unsafe (Socket Here, Socket There) Create()
    {
        var ends = stackalloc int[2];
        return TransportNativeMethods.socketpair(
            TransportNativeMethods.AF_UNIX, TransportNativeMethods.SOCK_STREAM | TransportNativeMethods.SOCK_CLOEXEC, 0, ends) == 0
            ? (Owned(ends[0]), Owned(ends[1]))
            : throw new IOException($"socketpair: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private static Socket Owned(int descriptor) => new(new SafeSocketHandle(descriptor, ownsHandle: true));
}
