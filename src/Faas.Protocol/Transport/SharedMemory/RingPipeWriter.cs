using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Faas.Protocol.Transport.SharedMemory;

/// <summary>Writes a ring. While the other side has not gone to sleep and there is room, no system call.</summary>
/// <param name="region">The ring's memory.</param>
/// <param name="ring">What the other side reads.</param>
/// <param name="data">Rung by this side when it has written and the other one sleeps.</param>
/// <param name="room">Rung by the other side when it has read and this one sleeps.</param>
internal sealed class RingPipeWriter(SharedMemoryRegion region, RingWriter ring, Bell data, Bell room) : BufferedPipeWriter
{
    protected override ValueTask<int> SendAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        while (true)
        {
            var count = Put(source.Span, out var mustWait);
            if (count > 0)
            {
                return new ValueTask<int>(count);
            }

            if (!mustWait)
            {
                continue;
            }

            var heard = room.HearAsync(cancellationToken);
            if (!heard.IsCompletedSuccessfully)
            {
                return FinishAsync(heard, source, cancellationToken);
            }

            ThrowIfGone(heard.Result > 0);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> FinishAsync(ValueTask<int> heard, ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        while (true)
        {
            ThrowIfGone(await heard.ConfigureAwait(false) > 0);
            bool mustWait;
            do
            {
                var count = Put(source.Span, out mustWait);
                if (count > 0)
                {
                    return count;
                }
            }
            while (!mustWait);

            heard = room.HearAsync(cancellationToken);
        }
    }

    private int Put(ReadOnlySpan<byte> source, out bool mustWait)
    {
        using var scope = region.Hold();
        var count = ring.Write(source);
        mustWait = count == 0 && ring.TrySleep();
        if (count > 0 && ring.TakeSleepingReader())
        {
            ThrowIfGone(data.TryRing());
        }

        return count;
    }

    private static void ThrowIfGone(bool isThere)
    {
        if (!isThere)
        {
            throw new SocketException((int)SocketError.ConnectionReset);
        }
    }
}
