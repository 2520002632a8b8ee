using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Faas.Protocol.Transport.SharedMemory;

/// <summary>Reads a ring. While there is something in it, no system call.</summary>
/// <param name="region">The ring's memory.</param>
/// <param name="ring">What the other side writes.</param>
/// <param name="data">Rung by the other side when it has written and this one sleeps.</param>
/// <param name="room">Rung by this side when it has read and the other one sleeps.</param>
internal sealed class RingPipeReader(SharedMemoryRegion region, RingReader ring, Bell data, Bell room) : BufferedPipeReader
{
    protected override ValueTask<int> ReceiveAsync(Memory<byte> destination, CancellationToken cancellationToken)
    {
        while (true)
        {
            var count = Take(destination.Span, out var mustWait);
            if (count > 0)
            {
                return new ValueTask<int>(count);
            }

            if (!mustWait)
            {
                continue;
            }

            ValueTask<int> heard;
            try
            {
                heard = data.HearAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                heard = new ValueTask<int>(0);
            }

            if (!heard.IsCompletedSuccessfully)
            {
                return FinishAsync(heard, destination, cancellationToken);
            }

            if (heard.Result == 0)
            {
                return new ValueTask<int>(Take(destination.Span, out _));
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FinishAsync(ValueTask<int> heard, Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            while (await heard.ConfigureAwait(false) > 0)
            {
                bool mustWait;
                do
                {
                    var count = Take(destination.Span, out mustWait);
                    if (count > 0)
                    {
                        return count;
                    }
                }
                while (!mustWait);

                heard = data.HearAsync(cancellationToken);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The other side is gone, and what it has written before is not.
        }

        return Take(destination.Span, out _);
    }

    private int Take(Span<byte> destination, out bool mustWait)
    {
        using var scope = region.Hold();
        var count = ring.Read(destination);
        mustWait = count == 0 && ring.TrySleep();
        if (count > 0 && ring.TakeSleepingWriter())
        {
            _ = room.TryRing(); // one that is gone needs no room
        }

        return count;
    }
}
