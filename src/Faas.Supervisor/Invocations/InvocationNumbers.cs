using Faas.Protocol.Contracts;

namespace Faas.Supervisor.Invocations;

/// <summary>
/// Ids of invocations: the low bits are a place in the table of the session that has it, the high bits a number that grows. Ids of a later
/// run of the supervisor are higher: the clock in microseconds runs ahead of any rate of invocations. Any thread.
/// </summary>
internal sealed class InvocationNumbers(TimeProvider time)
{
    /// <summary>Bits of the place.</summary>
    public const int PlaceBits = 12;

    /// <summary>Places that a table may have.</summary>
    public const int MaxPlaces = 1 << PlaceBits;

    private long _last = time.GetUtcNow().ToUnixTimeMilliseconds() * 1000 & ((1L << (63 - PlaceBits)) - 1);

    /// <summary>A fresh id, its place still 0.</summary>
    public ulong Next() => (ulong)Interlocked.Increment(ref _last) << PlaceBits;

    /// <summary>The place that an id names.</summary>
    public static int PlaceOf(ulong id) => (int)(id & (MaxPlaces - 1));

    /// <summary>A fresh id as text, for what no worker is asked.</summary>
    public string NextText() => new InvocationId(Next()).ToString();
}
