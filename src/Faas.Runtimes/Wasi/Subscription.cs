using System.Buffers.Binary;

namespace Faas.Runtimes.Wasi;

/// <summary>
/// WASI preview 1, <c>subscription</c>, 48 bytes: user data at 0, tag (<c>eventtype</c>) at 8; for a clock its id at 16,
/// timeout at 24, precision at 32, flags at 40; for a descriptor its number at 16. Preview 0 has 8 more bytes, an
/// identifier, before the clock's id.
/// </summary>
internal readonly struct Subscription
{
    /// <summary>Size in preview 1.</summary>
    public const uint Bytes = 48;

    /// <summary>Size in preview 0.</summary>
    public const uint UnstableBytes = 56;

    public const byte Clock = 0;
    public const byte Readable = 1;
    public const byte Write = 2;

    public ulong UserData { get; private init; }

    public byte Type { get; private init; }

    public ClockId ClockId { get; private init; }

    /// <summary>Nanoseconds, from now or on the clock.</summary>
    public ulong Timeout { get; private init; }

    /// <summary><c>subscription_clock_abstime</c>.</summary>
    public bool IsAbsolute { get; private init; }

    public uint Descriptor { get; private init; }

    /// <param name="source">From the start of the subscription on.</param>
    /// <param name="size"><see cref="Bytes"/> or <see cref="UnstableBytes"/>.</param>
    public static Subscription Read(ReadOnlySpan<byte> source, uint size)
    {
        var clock = source[(int)(size - Bytes + 16)..];
        return new Subscription
        {
            UserData = BinaryPrimitives.ReadUInt64LittleEndian(source),
            Type = source[8],
            ClockId = (ClockId)BinaryPrimitives.ReadUInt32LittleEndian(clock),
            Timeout = BinaryPrimitives.ReadUInt64LittleEndian(clock[8..]),
            IsAbsolute = (clock[24] & 1) != 0,
            Descriptor = BinaryPrimitives.ReadUInt32LittleEndian(source[16..]),
        };
    }
}
