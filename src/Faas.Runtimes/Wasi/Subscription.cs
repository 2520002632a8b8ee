using System.Buffers.Binary;

namespace Faas.Runtimes.Wasi;

/// <summary>
/// WASI preview 1, <c>subscription</c>, 48 bytes: user data at 0, tag (<c>eventtype</c>) at 8; for a clock its id at 16,
/// timeout at 24, precision at 32, flags at 40; for a descriptor its number at 16.
/// </summary>
internal readonly struct Subscription
{
    public const uint Bytes = 48;

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

    public static Subscription Read(ReadOnlySpan<byte> source) => new()
    {
        UserData = BinaryPrimitives.ReadUInt64LittleEndian(source),
        Type = source[8],
        ClockId = (ClockId)BinaryPrimitives.ReadUInt32LittleEndian(source[16..]),
        Timeout = BinaryPrimitives.ReadUInt64LittleEndian(source[24..]),
        IsAbsolute = (source[40] & 1) != 0,
        Descriptor = BinaryPrimitives.ReadUInt32LittleEndian(source[16..]),
    };
}
