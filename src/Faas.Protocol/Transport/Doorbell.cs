using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Faas.Protocol.Transport;

/// <summary>
/// Two ends of a socket pair in one process: who rings queues an event behind those that the kernel has for the sockets' thread that waits.
/// </summary>
public sealed class Doorbell : IDisposable
{
    private static readonly byte[] s_ring = [1];

    private readonly Socket _bell;
    private readonly Socket _ear;
    private readonly byte[] _heard = new byte[1];

    private Doorbell(int bell, int ear)
    {
        _bell = new Socket(new SafeSocketHandle(bell, ownsHandle: true));
        _ear = new Socket(new SafeSocketHandle(ear, ownsHandle: true));
    }

    /// <exception cref="IOException">There are no descriptors left.</exception>
    public static unsafe Doorbell Create()
    {
        var ends = stackalloc int[2];
        return TransportNativeMethods.socketpair(
            TransportNativeMethods.AF_UNIX, TransportNativeMethods.SOCK_STREAM | TransportNativeMethods.SOCK_CLOEXEC, 0, ends) == 0
            ? new Doorbell(ends[0], ends[1])
            : throw new IOException($"socketpair: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <returns>False when the bell is gone.</returns>
    public bool TryRing()
    {
        try
        {
            return _bell.Send(s_ring) == s_ring.Length;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Completes on a sockets' thread when somebody has rung. One waiter at a time.</summary>
    /// <returns>False when the bell is gone.</returns>
    public async ValueTask<bool> WaitAsync()
    {
        try
        {
            return await _ear.ReceiveAsync(_heard) > 0;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Both ends; a waiter is answered false.</summary>
    public void Dispose()
    {
        _bell.Dispose();
        _ear.Dispose();
    }
}
