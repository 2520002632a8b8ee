using System.IO.Pipelines;

namespace Faas.Protocol.Transport.SharedMemory;

/// <summary>Two rings and two bells. See docs/adr/0015-a-ring-in-shared-memory.md.</summary>
internal sealed class SharedMemoryConnection : ITransportConnection
{
    private readonly SharedMemoryRegion _region;
    private readonly Bell _data;
    private readonly Bell _room;

    /// <param name="region">Owned from now on, as the bells are.</param>
    /// <param name="incoming">Address of the ring that this side reads.</param>
    /// <param name="outgoing">Address of the ring that this side writes.</param>
    /// <param name="data">Rings for bytes, both ways.</param>
    /// <param name="room">Rings for room, both ways.</param>
    public SharedMemoryConnection(SharedMemoryRegion region, nint incoming, nint outgoing, Bell data, Bell room)
    {
        _region = region;
        _data = data;
        _room = room;
        Input = new RingPipeReader(region, new RingReader(incoming), data, room);
        Output = new RingPipeWriter(region, new RingWriter(outgoing), data, room);
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public void Dispose()
    {
        _data.Dispose();
        _room.Dispose();
        _region.Dispose();
    }
}
