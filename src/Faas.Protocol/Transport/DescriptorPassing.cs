using System.Runtime.InteropServices;

namespace Faas.Protocol.Transport;

/// <summary>Descriptors that travel over a Unix socket with the first byte of a message (SCM_RIGHTS, unix(7), cmsg(3)).</summary>
internal static unsafe class DescriptorPassing
{
    /// <summary>Most descriptors of one message.</summary>
    internal const int MaxDescriptors = 8;

    // struct cmsghdr { size_t len; int level; int type; } followed by the data, all in 8-byte steps.
    private const int HeaderBytes = 16;
    private const int ControlBytes = HeaderBytes + (MaxDescriptors * sizeof(int));

    /// <summary>One send. Blocks while the receiver does not read, if the socket does.</summary>
    /// <param name="socket">A connected Unix socket.</param>
    /// <param name="bytes">At least one.</param>
    /// <param name="descriptors">The caller's still.</param>
    /// <returns>Bytes sent; below 0 when the receiver is gone.</returns>
    internal static nint Send(int socket, ReadOnlySpan<byte> bytes, ReadOnlySpan<int> descriptors)
    {
        var control = stackalloc byte[ControlBytes];
        fixed (byte* data = bytes)
        {
            var vector = new TransportNativeMethods.IoVec { Base = data, Length = (nuint)bytes.Length };
            var message = new TransportNativeMethods.MsgHdr { Vectors = &vector, VectorCount = 1 };
            if (descriptors.Length > 0)
            {
                *(nuint*)control = (nuint)(HeaderBytes + (descriptors.Length * sizeof(int)));
                *(int*)(control + 8) = TransportNativeMethods.SOL_SOCKET;
                *(int*)(control + 12) = TransportNativeMethods.SCM_RIGHTS;
                descriptors.CopyTo(new Span<int>(control + HeaderBytes, MaxDescriptors));
                message.Control = control;
                message.ControlLength = (nuint)(HeaderBytes + (((descriptors.Length * sizeof(int)) + 7) & ~7));
            }

            while (true)
            {
                var sent = TransportNativeMethods.sendmsg(socket, &message, TransportNativeMethods.MSG_NOSIGNAL);
                if (sent >= 0 || Marshal.GetLastPInvokeError() != TransportNativeMethods.EINTR)
                {
                    return sent;
                }
            }
        }
    }

    /// <summary>Receives one byte and the descriptors with it, which are close-on-exec and the caller's.</summary>
    /// <param name="socket">A connected Unix socket.</param>
    /// <param name="descriptors">Filled.</param>
    /// <returns>False when the sender is gone or sent another number of them: then none is left open.</returns>
    internal static bool TryReceive(int socket, Span<int> descriptors)
    {
        var control = stackalloc byte[ControlBytes];
        byte data;
        var vector = new TransportNativeMethods.IoVec { Base = &data, Length = 1 };
        var message = new TransportNativeMethods.MsgHdr { Vectors = &vector, VectorCount = 1, Control = control, ControlLength = ControlBytes };
        nint received;
        do
        {
            received = TransportNativeMethods.recvmsg(socket, &message, TransportNativeMethods.MSG_CMSG_CLOEXEC);
        }
        while (received < 0 && Marshal.GetLastPInvokeError() == TransportNativeMethods.EINTR);

        var hasSome = received > 0 && message.ControlLength >= HeaderBytes
            && *(int*)(control + 8) == TransportNativeMethods.SOL_SOCKET && *(int*)(control + 12) == TransportNativeMethods.SCM_RIGHTS;
        var count = hasSome ? (int)(*(nuint*)control - HeaderBytes) / sizeof(int) : 0;
        var came = new ReadOnlySpan<int>(control + HeaderBytes, count);
        if (count == descriptors.Length)
        {
            came.CopyTo(descriptors);
            return true;
        }

        foreach (var descriptor in came)
        {
            _ = TransportNativeMethods.close(descriptor);
        }

        return false;
    }
}
