using System.Net.Sockets;

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

    private Doorbell(Socket bell, Socket ear)
    {
        _bell = bell;
        _ear = ear;
    }

    /// <exception cref="IOException">There are no descriptors left.</exception>
    public static Doorbell Create()
    {
        var (bell, ear) = SocketPair.Create();
        return new Doorbell(bell, ear);
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
