using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Faas.Protocol.Transport.SharedMemory;

/// <summary>
/// Bytes through memory that supervisor and worker have both mapped; no system call while both are busy. They meet at a
/// Unix socket, over which the supervisor hands the worker the memory and the end of a second socket. After that the
/// two sockets only wake: the first for bytes, the second for room.
/// </summary>
internal sealed class SharedMemoryTransport : ITransport
{
    // The supervisor accepts all the time: nothing coming within this time means it is gone.
    private static readonly TimeSpan s_handshake = TimeSpan.FromSeconds(5);

    public string Name => TransportCatalog.SharedMemory;

    public ITransportListener Listen(string address) => new UnixSocketListener(address, Accept);

    public ITransportConnection Connect(string address)
    {
        var data = UnixSocketListener.Connect(address);
        try
        {
            Span<int> descriptors = stackalloc int[2];
            if (!data.Poll(s_handshake, SelectMode.SelectRead) || !DescriptorPassing.TryReceive((int)data.Handle, descriptors))
            {
                throw new IOException($"cannot connect to {address}: no shared memory was sent; does the other side use the transport {Name}?");
            }

            using var memory = new SafeFileHandle(descriptors[0], ownsHandle: true);
            var room = new Socket(new SafeSocketHandle(descriptors[1], ownsHandle: true));
            return Connection(memory, data, room, SocketMode.Blocking);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    private static SharedMemoryConnection Accept(Socket data)
    {
        Socket? room = null;
        try
        {
            using var memory = SharedMemoryRegion.CreateMemory();
            (room, var worker) = SocketPair.Create();
            using (worker)
            {
                // A worker that is gone already shows as an end of the connection.
                _ = DescriptorPassing.Send((int)data.Handle, "\0"u8, [(int)memory.DangerousGetHandle(), (int)worker.Handle]);
            }

            return Connection(memory, data, room, SocketMode.Asynchronous);
        }
        catch
        {
            room?.Dispose();
            data.Dispose();
            throw;
        }
    }

    private static SharedMemoryConnection Connection(SafeFileHandle memory, Socket data, Socket room, SocketMode mode)
    {
        var region = SharedMemoryRegion.Map(memory);
        var (incoming, outgoing) = mode == SocketMode.Blocking ? (region.ToWorker, region.ToSupervisor) : (region.ToSupervisor, region.ToWorker);
        return new SharedMemoryConnection(region, incoming, outgoing, new Bell(data, mode), new Bell(room, mode));
    }
}
