using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Faas.Runtimes.Native.Processes;

namespace Faas.Runtimes.Native.Zygotes;

/// <summary>
/// A message to a zygote or one of its children, little-endian: u32 length of the rest | u32 length of the header |
/// header (JSON) | body. Descriptors travel with the first byte (SCM_RIGHTS).
/// </summary>
internal static unsafe class DescriptorMessage
{
    private const int MaxDescriptors = 8;

    /// <summary>Sends all of it; blocks while the receiver does not read.</summary>
    /// <returns>False when the receiver is gone.</returns>
    internal static bool TrySend(FileDescriptor socket, ReadOnlySpan<byte> header, ReadOnlySpan<byte> body, ReadOnlySpan<int> descriptors)
    {
        var length = 8 + header.Length + body.Length;
        var message = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            BinaryPrimitives.WriteInt32LittleEndian(message, length - 4);
            BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(4), header.Length);
            header.CopyTo(message.AsSpan(8));
            body.CopyTo(message.AsSpan(8 + header.Length));
            fixed (byte* bytes = message)
            {
                var sent = SendFirst(socket, bytes, length, descriptors);
                while (sent > 0 && sent < length)
                {
                    var more = LibcNativeMethods.send(socket.Value, bytes + sent, (nuint)(length - sent), LibcNativeMethods.MSG_NOSIGNAL);
                    if (more < 0 && Marshal.GetLastPInvokeError() == LibcNativeMethods.EINTR)
                    {
                        continue;
                    }

                    sent = more < 0 ? more : sent + more;
                }

                return sent == length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    private static nint SendFirst(FileDescriptor socket, byte* bytes, int length, ReadOnlySpan<int> descriptors)
    {
        // struct cmsghdr { size_t len; int level; int type; } followed by the data, all in 8-byte steps.
        const int ControlHeaderBytes = 16;
        var control = stackalloc byte[ControlHeaderBytes + (MaxDescriptors * sizeof(int))];
        var vector = new LibcNativeMethods.IoVec { Base = bytes, Length = (nuint)length };
        var message = new LibcNativeMethods.MsgHdr { Vectors = &vector, VectorCount = 1 };
        if (descriptors.Length > 0)
        {
            *(nuint*)control = (nuint)(ControlHeaderBytes + (descriptors.Length * sizeof(int)));
            *(int*)(control + 8) = LibcNativeMethods.SOL_SOCKET;
            *(int*)(control + 12) = LibcNativeMethods.SCM_RIGHTS;
            descriptors.CopyTo(new Span<int>(control + ControlHeaderBytes, MaxDescriptors));
            message.Control = control;
            message.ControlLength = (nuint)(ControlHeaderBytes + (((descriptors.Length * sizeof(int)) + 7) & ~7));
        }

        while (true)
        {
            var sent = LibcNativeMethods.sendmsg(socket.Value, &message, LibcNativeMethods.MSG_NOSIGNAL);
            if (sent >= 0 || Marshal.GetLastPInvokeError() != LibcNativeMethods.EINTR)
            {
                return sent;
            }
        }
    }
}
