namespace Faas.Protocol.Transport.SharedMemory;

/// <summary>
/// A ring in memory that two processes have mapped, for bytes one way. Offsets from its start: 0 bytes written so far
/// (u64, the writer's), 64 bytes read so far (u64, the reader's), 128 the reader sleeps (u32), 192 the writer sleeps
/// (u32), 256 the bytes themselves. A cache line each, so that neither side's stores take the other's line.
/// </summary>
internal static class RingLayout
{
    public const int Written = 0;
    public const int Read = 64;
    public const int ReaderSleeps = 128;
    public const int WriterSleeps = 192;
    public const int Data = 256;

    /// <summary>
    /// Bytes of data, a power of two. As much as a Unix socket holds by default; a larger one would take more of the
    /// processor's cache, for the whole ring is walked through.
    /// </summary>
    public const int Capacity = 256 * 1024;

    /// <summary>Bytes of a ring.</summary>
    public const int Size = Data + Capacity;
}
